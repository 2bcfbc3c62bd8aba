// Whom to trust: learned once from 60 diagnosed cases, and applied to 100 others whose diagnosis nobody looks at.
import { useBackend } from '@diff/backend';
import { type Case, phantom } from '@diff/datasets';
import { meanVote } from '@diff/fusion';
import {
  biomarkerJudge,
  learnExpertness,
  softHorizontalDiameter,
  softRatio,
  softVerticalDiameter,
} from '@diff/fusion/df-gt';
import { delong } from '@diff/metrics';
import * as tf from '@tensorflow/tfjs-core';

await useBackend();
const size = 32;
const cases: Case[] = [];
for await (const one of phantom('thyroid', { cases: 160, size, seed: 1 }).cases()) cases.push(one);
const [known, unseen] = [cases.slice(0, 60), cases.slice(60)];

// A malignant nodule is taller than wide. This judge reads that from the fused mask; a network of yours can be the judge too.
const ratio = softRatio(softVerticalDiameter(0), softHorizontalDiameter(0));
const { network } = await biomarkerJudge(known, [ratio]);
const learned = await learnExpertness(known, { network, iterations: 40, resamples: 5 });
for (const [rater, weight] of Object.entries(learned.weights)) {
  const interval = learned.intervals[rater]!.map((bound) => bound.toFixed(2)).join(', ');
  console.log(`${rater} has a weight of ${weight.toFixed(2)} [${interval}]`);
}

// The same ratio diagnoses new cases, from the mask fused by these weights and from the mean vote.
const diagnoses = unseen.map(({ diagnosis }) => diagnosis!);
const report = (fusion: string, masks: ArrayLike<number>[]) => {
  const scores = masks.map((mask) =>
    tf.tidy(() => ratio(tf.tensor4d(Float32Array.from(mask), [1, size, size, 1])).dataSync()[0]!),
  );
  console.log(`AUC of new cases by ${fusion}: ${delong(diagnoses, scores).auc.toFixed(3)}`);
};
const fused = await Promise.all(unseen.map((one) => learned.apply(one)));
report(
  'learned weights',
  fused.map((one) => one.fused.nodule!),
);
report(
  'the mean vote',
  unseen.map(({ annotations }) => meanVote(Object.values(annotations.nodule!))),
);
