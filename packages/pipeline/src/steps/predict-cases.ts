import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { encodePng } from '@diff/datasets';
import { takeAndGive } from '@diff/tg-model';
import { predict } from '@diff/train';
import { loadModel, writeAtomically } from '@diff/train/node';
import type { Context } from './context.js';
import { examplesOf } from './labels.js';

/** Predicts the test cases with an arm, and stores the probability maps. */
export async function predictCases(
  { arm, test }: { arm: string; test: readonly string[] },
  { folder, structures, input, cases, staged, progress }: Context,
): Promise<void> {
  const { model } = await loadModel(folder.model(arm));
  try {
    const none = structures.map(() => new Float32Array(input.height * input.width));
    const examples = examplesOf(cases(test), () => none);
    const logits = await predict(model, examples, { task: takeAndGive(), onProgress: progress });
    for (const [s, structure] of structures.entries()) {
      const paths = examples.map(({ id }) => folder.prediction(arm, structure, id));
      await removeOthers(paths);
      for (const i of examples.keys()) {
        const data = probabilities(logits[i]!, s, structures.length);
        const png = await encodePng({ ...input, data, channels: 1 }, { bits: 16 });
        await writeAtomically(staged(paths[i]!), png);
      }
    }
  } finally {
    model.dispose();
  }
}

/** Removes from the folder of some predictions those of cases that are no test cases any more. */
async function removeOthers(paths: readonly string[]): Promise<void> {
  const folder = dirname(paths[0]!);
  const wanted = new Set(paths.map((path) => basename(path)));
  const names = await readdir(folder).catch(() => []);
  for (const name of names)
    if (!wanted.has(name)) await rm(join(folder, name), { recursive: true, force: true });
}

/** One structure of logits [H · W, structures]. */
const probabilities = (logits: Float32Array, structure: number, structures: number) =>
  Float32Array.from(
    { length: logits.length / structures },
    (_, i) => 1 / (1 + Math.exp(-logits[i * structures + structure]!)),
  );
