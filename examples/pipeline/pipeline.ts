// The whole way in one file: several opinions -> a label that serves the diagnosis -> a network that needs no rater.
// Run it with `npm start -w pipeline-example`: three minutes on two cores. `-- --cases 400 --epochs 40` comes out better.

import { parseArgs } from 'node:util';
import { useBackend } from '@diff/backend';
import { type Case, phantom } from '@diff/datasets';
import { meanVote } from '@diff/fusion';
import { type DiagnosisFirstResult, diagnosisFirstAll, expertnessByRegion } from '@diff/fusion/df-gt';
import { delong, softDice } from '@diff/metrics';
import { resnet } from '@diff/networks';
import { dlCat } from '@diff/networks/diagnosis';
import { takeAndGive, tgNetwork } from '@diff/tg-model';
import {
  adam,
  bce,
  diceLoss,
  freeze,
  predict,
  startAtPrior,
  sumOfLosses,
  toExamples,
  train,
} from '@diff/train';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '160' },
    epochs: { type: 'string', default: '25' },
    iterations: { type: 'string', default: '30' },
  },
});
const [count, epochs, iterations] = [values.cases, values.epochs, values.iterations].map(Number) as [
  number,
  number,
  number,
];
const size = 64;
const width = 8; // channels of the networks' first level; the paper's ResNet50 has 64
const structures = ['cup', 'disc'];
const optimizer = adam({ learningRate: 3e-3 });
const engine = await useBackend();
console.log(`engine: ${engine.name}, ${engine.device}`);

// 1. Data: fundus photographs that seven raters outlined. With your own: `await folder('scans', { image, mask, label })`.
const dataset = phantom('fundus', { cases: count, size, prevalence: 0.5, seed: 1 });
const parts = dataset.split({ fractions: { train: 0.6, test: 0.4 }, seed: 1 });
const trainCases = await toArray(parts.train.cases());
const testCases = await toArray(parts.test.cases());
console.log(`${trainCases.length} cases to learn from, ${testCases.length} others to test on`);

// 2. The judge: a diagnosis network that sees the image and the raters' mean vote.
const judge = dlCat({ width, structures: structures.length, size: [size, size], seed: 1 });
await train(judge, await toExamples(trainCases, { structures }), { epochs, optimizer, balanced: true });

// 3. Diagnosis-first fusion: expertness maps that make the frozen judge diagnose each training case right.
const fused = new Map<string, DiagnosisFirstResult>();
const pairs: { case: Case; result: DiagnosisFirstResult }[] = [];
for await (const pair of diagnosisFirstAll(trainCases, { network: freeze(judge), structures, iterations })) {
  fused.set(pair.case.id, pair.result);
  pairs.push(pair);
}
console.log('\nWhom the judge asked to follow where raters disagree (1: as much as the others):');
for (const { rater, diagnosis, region, mean } of expertnessByRegion(pairs))
  if (diagnosis === 'all' && region === 'border')
    console.log(`  ${rater}  ${(mean * dataset.raters.length).toFixed(2)}`);

// 4. Segmentation networks learn a label from the image alone: Take and Give on DF-GT, a plain network on the mean vote.
const examples = {
  'DF-GT': await toExamples(trainCases, {
    structures,
    fuse: (_, structure, id) => fused.get(id)!.fused[structure]!,
  }),
  'mean vote': await toExamples(trainCases, { structures }),
};
const backbone = () => resnet({ width, size: [size, size], seed: 1 });
const shared = { structures: structures.length, filters: 32, heads: 2 };
const arms = {
  'Take and Give on DF-GT': {
    model: tgNetwork({ ...shared, backbone: backbone(), diagnosisNetwork: judge, residual: true }),
    learnsFrom: examples['DF-GT'],
  },
  'plain network on the mean vote': {
    model: tgNetwork({ ...shared, backbone: backbone(), blocks: [] }),
    learnsFrom: examples['mean vote'],
  },
};
const task = takeAndGive({ loss: sumOfLosses([1, bce()], [1, diceLoss()]) });
const unseen = await toExamples(testCases, { structures });
const ill = testCases.map(({ diagnosis }) => diagnosis!);

// 5. Metrics: how near is the prediction to the raters' mean, and what does the judge diagnose from it?
console.log('\nOn the cases that no network has seen:');
for (const [name, { model, learnsFrom }] of Object.entries(arms)) {
  startAtPrior(model, learnsFrom);
  await train(model, learnsFrom, { task, epochs, optimizer });
  const logits = await predict(model, unseen, { task });
  const masks = logits.map((each) => channels(each.map((logit) => 1 / (1 + Math.exp(-logit)))));
  await report(name, masks);
}
await report('mean vote of the raters themselves', testCases.map(voted));

async function report(name: string, masks: Float32Array[][]): Promise<void> {
  const scores = await predict(
    judge,
    unseen.map((example, i) => ({ ...example, masks: masks[i]! })),
  );
  const { auc, interval } = delong(
    ill,
    scores.map(([logit]) => logit!),
  );
  const dice = structures.map((structure, s) => {
    const each = testCases.map((one, i) => softDice(masks[i]![s]!, voted(one)[s]!));
    return `${structure} ${(each.reduce((sum, value) => sum + value) / each.length).toFixed(3)}`;
  });
  const [low, high] = interval.map((value) => value.toFixed(2));
  console.log(`  ${name}: soft Dice ${dice.join(', ')}; AUC ${auc.toFixed(2)} [${low}, ${high}]`);
}

function voted({ annotations }: Case): Float32Array[] {
  return structures.map((structure) => Float32Array.from(meanVote(Object.values(annotations[structure]!))));
}

/** Interleaved maps [pixels, structures] as one map per structure. */
function channels(maps: Float32Array): Float32Array[] {
  return structures.map((_, s) => maps.filter((_, i) => i % structures.length === s));
}

async function toArray(cases: AsyncIterable<Case>): Promise<Case[]> {
  const all: Case[] = [];
  for await (const one of cases) all.push(one);
  return all;
}
