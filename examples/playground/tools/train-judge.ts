/**
 * Trains the diagnosis network that the page ships with: `npm run train-judge --workspace playground`, two minutes on two cores. It
 * writes src/diagnosis/judge.safetensors, and prints how well it diagnoses cases that it has not seen.
 */
import { writeFile } from 'node:fs/promises';
import { useBackend } from '@diff/backend';
import { type Case, phantom } from '@diff/datasets/phantom';
import { rocAuc } from '@diff/metrics';
import { dlCat } from '@diff/networks/diagnosis';
import { adam, predict, serializeModel, toExamples, train } from '@diff/train';
import { judgeStructures, judgeWorld } from '../src/diagnosis/judge-world.js';

// Cases of another seed than any that the page draws.
const seed = 1_000_003;
const cases: Case[] = [];
for await (const one of phantom('fundus', { ...judgeWorld, cases: 800, seed }).cases()) cases.push(one);
const [seen, unseen] = [cases.slice(0, 640), cases.slice(640)];
const structures = [...judgeStructures];
const { size } = judgeWorld;

await useBackend();
const options = { width: 6, structures: structures.length, size: [size, size] as [number, number], seed: 1 };
const model = dlCat(options);
await train(model, await toExamples(seen, { structures }), {
  epochs: 10,
  batchSize: 16,
  balanced: true,
  optimizer: adam({ learningRate: 3e-3 }),
  augmentation: { flip: 'horizontal', noise: 0.02 },
  seed: 1,
  onEpoch: ({ epoch, loss }: { epoch: number; loss: number }) =>
    console.log(`epoch ${epoch}: loss ${loss.toFixed(3)}`),
});

const examples = await toExamples(unseen, { structures });
const diagnoses = unseen.map(({ diagnosis }) => diagnosis!);
const aucOf = async (some: typeof examples) =>
  rocAuc(
    diagnoses,
    (await predict(model, some)).map(([logit]) => logit!),
  );
const auc = await aucOf(examples);
// The masks of the next case: what is left is what the image tells.
const strange = examples.map((one, i) => ({ ...one, masks: examples[(i + 1) % examples.length]!.masks }));
console.log(
  `AUC of ${unseen.length} cases that it has not seen: ${auc.toFixed(3)}; with the masks of others ${(await aucOf(strange)).toFixed(3)}`,
);

const file = new URL('../src/diagnosis/judge.safetensors', import.meta.url);
const bytes = await serializeModel(model, {
  options,
  structures,
  data: { ...judgeWorld, seed },
  metrics: { auc },
});
await writeFile(file, bytes);
console.log(`${(bytes.length / 1000).toFixed(0)} kB`);
