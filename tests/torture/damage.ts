import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '@diff/train';
import { runPipeline } from 'diff-pipeline';
import { writeReport } from 'diff-pipeline/report';
import type { Part } from './part.js';
import { config, differenceOfRuns, type Whole } from './whole-run.js';

/** What happens to a file on a bad disk, or in a bad program. */
export const damages: Record<string, (bytes: Buffer, random: Random) => Buffer> = {
  'a bit flipped': (bytes, random) => {
    const changed = Buffer.from(bytes);
    changed[random.integer(bytes.length)]! ^= 1 << random.integer(8);
    return changed;
  },
  'cut off': (bytes, random) => bytes.subarray(0, random.integer(bytes.length)),
  empty: () => Buffer.alloc(0),
  'a block of zeros': (bytes, random) => Buffer.from(bytes).fill(0, random.integer(bytes.length)),
  noise: (bytes, random) => Buffer.from(bytes.map(() => random.integer(256))),
};

const kinds: Record<string, RegExp> = {
  'fused label': /\.dfgt$/,
  prediction: /predictions.*\.png$/,
  model: /models.*\.safetensors$/,
  marker: /jobs.*\.json$/,
  gallery: /gallery\.safetensors$/,
  outlines: /^outlines\.json$/,
  'results.json': /^results\.json$/,
  'data.json': /^data\.json$/,
  'config.yaml': /^config\.yaml$/,
};

/** Damages a file of a finished run, of every kind in every way: the next run must notice, and end with the same bits. */
export const damage = ({ run }: Whole): Part =>
  async function* ({ place, random, more, whole }) {
    const all = Object.keys(kinds).flatMap((name) => Object.keys(damages).map((how) => [name, how] as const));
    const files = readdirSync(run, { recursive: true }).map(String);
    for (let tries = 0; more() || tries < 1; tries++)
      for (const [name, how] of shuffled(all, random)) {
        if (!more() && (tries || !whole)) return;
        const [pattern, change] = [kinds[name]!, damages[how]!];
        const out = join(place, 'run');
        rmSync(out, { recursive: true, force: true });
        cpSync(run, out, { recursive: true });
        const some = files.filter((file) => pattern.test(file));
        const path = join(out, some[random.integer(some.length)]!);
        writeFileSync(path, change(readFileSync(path), random));
        const failure = await failureOf(out, run, name);
        yield { kind: `${name}: ${how}`, ...(failure && { failure: `${path}: ${failure}` }) };
      }
  };

/** In another order: where time ends, something else is left out each time. */
function shuffled<T>(items: readonly T[], random: Random): T[] {
  const left = [...items];
  return items.map(() => left.splice(random.integer(left.length), 1)[0]!);
}

async function failureOf(out: string, run: string, name: string): Promise<string | undefined> {
  if (['gallery', 'outlines', 'results.json'].includes(name)) {
    const said = await writeReport(out).then(
      () => 'nothing',
      (error: Error) => `${error.name}: ${error.message}`,
    );
    if (!/^UserError: \S+(gallery\.safetensors|outlines\.json|results\.json) (is|has) /.test(said))
      return `the report said ${said}`;
  }
  try {
    await runPipeline(config, out, { workers: 1 });
  } catch (error) {
    return (error as Error).stack;
  }
  return differenceOfRuns(out, run);
}
