import { type Case, type Dataset, type PhantomKind, phantom } from '@diff/datasets';
import { rocAuc } from '@diff/metrics';
import { vcdrSvm, vcdrThreshold } from '@diff/networks';
import { diagnosisNetworks, networkNamed } from '@diff/networks/diagnosis';
import { adam, cosine, type Example, predict, toExamples, train } from '@diff/train';
import type { phantomNames } from '../shared/tasks.js';

export interface Figure2Settings {
  task: (typeof phantomNames)[number];
  network: string;
  /** Whose masks it is trained on: a rater's, or `all` raters' in turn. */
  trainedOn: string;
  seed: number;
  train: number;
  test: number;
  size: number;
  width: number;
  steps: number;
  batchSize: number;
  learningRate: number;
}

/** AUC on the test cases, given each rater's masks (those trained on), and their mean (`MV`). */
export type Figure2Result = Record<string, number>;

/** The raters of a phantom. */
export const ratersOf = (task: PhantomKind): readonly string[] => phantom(task, { cases: 1 }).raters;

/** Trains one network on newly drawn cases, half of them ill, and tests it on others. */
export async function figure2Cell(settings: Figure2Settings): Promise<Figure2Result> {
  const { task, trainedOn } = settings;
  const cases = await drawn(settings);
  const training = cases.slice(0, settings.train);
  const testing = cases.slice(settings.train);
  const raters = trainedOn === 'all' ? ratersOf(task) : [trainedOn];
  const score = await fit(settings, await masksOf(training, raters));

  const result: Figure2Result = {};
  for (const rater of trainedOn === 'all' ? [...raters, 'MV'] : raters) {
    const examples = await masksOf(testing, [rater]);
    const labels = examples.map(({ diagnosis }) => diagnosis!);
    result[rater] = rocAuc(labels, await score(examples));
  }
  return result;
}

let last: { key: string; cases: Promise<Case[]> } | undefined;

/** The cases of a task and seed. Those drawn last are kept: all networks of a seed ask for the same. */
function drawn(settings: Figure2Settings): Promise<Case[]> {
  const { task, seed, size, train, test } = settings;
  const key = [task, seed, size, train, test].join();
  if (last?.key !== key) last = { key, cases: collect(casesOf(settings).cases()) };
  return last.cases;
}

/** The training cases, then the test cases. */
export const casesOf = ({ task, seed, size, train, test }: Figure2Settings): Dataset =>
  phantom(task, { cases: train + test, size, seed, prevalence: 0.5 });

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** Every case once with each rater's masks; a rater who did not outline a case is left out there. */
async function masksOf(cases: readonly Case[], raters: readonly string[]): Promise<Example[]> {
  const each = raters.map(async (rater) => {
    const fuse = rater === 'MV' ? ('mean' as const) : { rater };
    const examples = await toExamples(cases, { fuse, missing: 'skip' });
    return examples.map((example) => ({ ...example, id: `${example.id} ${rater}` }));
  });
  return (await Promise.all(each)).flat();
}

type Scorer = (examples: readonly Example[]) => Promise<number[]>;

async function fit(settings: Figure2Settings, examples: Example[]): Promise<Scorer> {
  const { network, width, seed, steps, batchSize, learningRate, size } = settings;
  const [{ image, masks }] = examples as [Example];
  if (network === 'vcdrThreshold' || network === 'vcdrSvm') {
    const { score } = { vcdrThreshold, vcdrSvm }[network](examples);
    return async (list) => list.map(score);
  }
  const model = networkNamed(diagnosisNetworks, network).make({
    width,
    imageChannels: image.channels,
    structures: masks.length,
    size: [size, size],
    seed,
  });
  await train(model, examples, {
    epochs: Math.max(1, Math.round((steps * batchSize) / examples.length)),
    batchSize,
    seed,
    balanced: true,
    optimizer: adam({ learningRate }),
    schedule: cosine({ warmup: 0.1 }),
    augmentation: { flip: 'both', shift: 0.05 },
  });
  return async (list) => (await predict(model, list)).map(([logit]) => logit!);
}
