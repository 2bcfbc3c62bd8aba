import { readFileSync } from 'node:fs';
import { useBackend } from '@diff/backend';
import { type Case, phantom } from '@diff/datasets/phantom';
import { meanVote } from '@diff/fusion';
import { diagnosisFirst, fourier } from '@diff/fusion/df-gt';
import '@diff/networks';
import { deserializeModel, type FrozenFunction, freeze } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FitState, fitSteps } from './fit.js';
import { ITERATIONS } from './iterations.js';
import { judgeStructures, judgeWorld } from './judge-world.js';

let network: FrozenFunction;
let one: Case;
beforeAll(async () => {
  await useBackend({ prefer: 'wasm' });
  const { model } = await deserializeModel(readFileSync(new URL('judge.safetensors', import.meta.url)));
  network = freeze(model);
  model.dispose();
  for await (const first of phantom('fundus', { ...judgeWorld, cases: 1, seed: 1 }).cases()) one = first;
});
afterAll(() => network?.dispose());

async function statesOf(
  diagnosis: 0 | 1,
  way: 'ExpG' | 'Fourier',
  most = ITERATIONS + 1,
): Promise<FitState[]> {
  const states: FitState[] = [];
  for await (const state of fitSteps(one, diagnosis, way, network)) {
    states.push(state);
    if (states.length === most) break;
  }
  return states;
}

test('it begins with the mean vote, and ends where diagnosisFirst ends', async () => {
  const diagnosis = one.diagnosis!;
  const states = await statesOf(diagnosis, 'Fourier');
  expect(states.map(({ step }) => step)).toEqual([...Array(ITERATIONS + 1).keys()]);
  const masks = Object.values(one.annotations.cup!);
  const expected = await diagnosisFirst({
    ...{ image: one.image, annotations: one.annotations, diagnosis, network },
    ...{ expertness: fourier(), structures: judgeStructures, iterations: ITERATIONS },
  });
  const { fused, expertness, logit } = states.at(-1)!;
  const near = (a: ArrayLike<number>, b: ArrayLike<number>) =>
    expect(Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)))).toBeLessThan(1e-5);
  near(states[0]!.fused.cup!, meanVote(masks));
  for (const [name, map] of Object.entries(expected.fused)) near(fused[name]!, map);
  for (const [name, map] of Object.entries(expected.expertness)) near(expertness[name]!, map);
  expect(logit).toBeCloseTo(expected.logits[0]!, 3);
  near(
    states.map(({ objective }) => objective),
    expected.history,
  );
}, 120_000);

test('the same masks serve whichever diagnosis is told', async () => {
  const [ill, healthy] = [await statesOf(1, 'ExpG', 25), await statesOf(0, 'ExpG', 25)];
  expect(ill[0]!.logit).toBe(healthy[0]!.logit);
  expect(ill.at(-1)!.logit).toBeGreaterThan(ill[0]!.logit);
  expect(healthy.at(-1)!.logit).toBeLessThan(healthy[0]!.logit);
}, 120_000);

test('a run that is left leaves nothing behind', async () => {
  const before = tf.memory().numTensors;
  await statesOf(1, 'ExpG', 3);
  expect(tf.memory().numTensors).toBe(before);
});
