import type { Examples } from './example.js';
import { fetchExamples } from './fetch-examples.js';
import { randomStream } from './random.js';

/**
 * Which examples an epoch sees, in which order: `count` indices, drawn from (seed, epoch) alone. Without `classes`
 * each example at most once; with them (class-balanced) the classes take turns, each going through its own
 * examples in random order and starting again when it runs out.
 */
export function epochOrder(
  length: number,
  count: number,
  seed: number,
  epoch: number,
  classes?: readonly (number | undefined)[],
): Int32Array {
  const random = randomStream(seed, 1, epoch);
  if (!classes) return random.permutation(length).subarray(0, count);
  const groups = [...new Set(classes)]
    .sort()
    .map((value) => [...classes.keys()].filter((i) => classes[i] === value));
  const queues = groups.map(() => [] as number[]);
  const first = random.integer(groups.length);
  return Int32Array.from({ length: count }, (_, i) => {
    const turn = (first + i) % groups.length;
    const [group, queue] = [groups[turn]!, queues[turn]!];
    if (!queue.length) for (const j of random.permutation(group.length)) queue.push(group[j]!);
    return queue.pop()!;
  });
}

/** What `train` has to know of its data beforehand. */
export async function dataSummary(examples: Examples, diagnosed: boolean) {
  const diagnoses =
    examples.diagnoses ??
    (diagnosed || Array.isArray(examples)
      ? (await fetchExamples(examples, Array(examples.length).keys())).map(({ diagnosis }) => diagnosis)
      : undefined);
  if (diagnosed) await checkDiagnoses(examples, diagnoses!);
  const fingerprint = {
    length: examples.length,
    ...(diagnoses && { diagnoses: diagnoses.map((d) => d ?? '-').join('') }),
  };
  return { diagnoses, fingerprint };
}

async function checkDiagnoses(examples: Examples, diagnoses: readonly (number | undefined)[]): Promise<void> {
  const unknown = diagnoses.findIndex((value) => value !== 0 && value !== 1);
  if (unknown !== -1) {
    const [example] = await fetchExamples(examples, [unknown]);
    throw new RangeError(`train: case "${example!.id}" has diagnosis ${diagnoses[unknown]}, expected 0 or 1`);
  }
  if (new Set(diagnoses).size === 1)
    throw new RangeError(
      `train: every one of the ${diagnoses.length} cases has diagnosis ${diagnoses[0]}, expected both 0 and 1`,
    );
}
