import { type Case, type PhantomKind, phantom } from '@diff/datasets';
import {
  amortised,
  bestRater,
  type LearnedExpertness,
  learnExpertness,
  perPlace,
  type SharedForm,
} from '@diff/fusion/df-gt';
import { dlCat } from '@diff/networks/diagnosis';
import { adam, cosine, freeze, randomFusion, toExamples, train } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import { byWeights, type Fused, meanOfCases, permuted, sharpened, stapled } from './arms.js';

export interface TrustSettings {
  task: PhantomKind;
  seed: number;
  size: number;
  width: number;
  /** Cases on which each judge is trained. */
  judge: number;
  /** Cases to learn expertness from, at most. */
  pool: number;
  test: number;
  /** Training steps of a judge. */
  steps: number;
  /** Cases that are fused one by one, by DF-GT, to carry their weights over. */
  fused: number;
}

export interface TrustResult {
  /** Diagnoses of the test cases. */
  labels: number[];
  /** The independent judge's logits on the test cases, by arm. */
  logits: Record<string, number[]>;
  /** Weights of the raters, by arm. */
  weights: Record<string, Record<string, number>>;
}

/** How many cases the weights are learned from. */
export const sizes = [20, 40, 80, 160, 400];
/** Of these, for which weights are learned from permuted diagnoses too. */
const controlled = [80, 400];

/**
 * Learns whom to trust from cases of a pool, by a judge that never saw them, and has another judge, of other cases, diagnose
 * test cases fused by what was learned, which none of them ever saw.
 */
export async function trustCell(settings: TrustSettings): Promise<TrustResult> {
  const { seed, judge, pool, test } = settings;
  const dataset = phantom(settings.task, {
    cases: 2 * judge + pool + test,
    size: settings.size,
    seed,
    prevalence: 0.5,
  });
  const { structures, raters } = dataset;
  const cases: Case[] = [];
  for await (const one of dataset.cases()) cases.push(one);
  const part = (start: number, count: number) => cases.slice(start, start + count);
  const learning = part(2 * judge, pool);
  const testing = part(2 * judge + pool, test);
  const trained = (start: number, number: number) =>
    trainJudge(part(start, judge), structures, raters, settings, number);
  const second = await trained(judge, 2);
  const first = await trained(0, 1);
  const { network } = first;

  const result: TrustResult = { labels: testing.map(({ diagnosis }) => diagnosis!), logits: {}, weights: {} };
  const enter = async (arm: string, fuse: (one: Case) => Fused | Promise<Fused>) => {
    result.logits[arm] = await logitsOf(second.network, testing, structures, fuse);
  };
  const applied =
    ({ apply }: LearnedExpertness) =>
    async (one: Case) =>
      (await apply(one)).fused;
  const weighted = (weights: Record<string, number>) => (one: Case) => byWeights(one, weights);

  await enter('mean vote', weighted(Object.fromEntries(raters.map((rater) => [rater, 1]))));
  await enter('STAPLE', stapled);
  for (const size of sizes.filter((size) => size <= pool)) {
    const some = halfIll(learning, size);
    const learned = await learnExpertness(some, { network, structures, seed, batchSize: 16 });
    result.weights[`per rater, ${size}`] = learned.weights;
    await enter(`per rater, ${size}`, applied(learned));
    const best = await bestRater(some, { network, structures });
    result.weights[`best rater, ${size}`] = { [best.rater]: 1 };
    await enter(`best rater, ${size}`, applied(best));
    if (!controlled.includes(size)) continue;
    const control = await learnExpertness(permuted(some, seed), { network, structures, seed, batchSize: 16 });
    result.weights[`permuted diagnoses, ${size}`] = control.weights;
    await enter(`permuted diagnoses, ${size}`, applied(control));
  }
  const forms: Record<string, SharedForm> = {
    'per place': perPlace(),
    amortised: amortised({ iterations: 120 }),
    'amortised, anonymous': amortised({ identity: false, iterations: 120 }),
  };
  for (const [name, expertness] of Object.entries(forms)) {
    const learned = await learnExpertness(learning, { network, structures, expertness, seed, batchSize: 16 });
    if (expertness.named) result.weights[name] = learned.weights;
    await enter(name, applied(learned));
  }

  const carried = await meanOfCases(halfIll(learning, settings.fused), network, structures, seed);
  const carriedSharply = sharpened(carried);
  result.weights['DF-GT carried over'] = carried;
  result.weights['DF-GT carried over, sharpened'] = carriedSharply;
  await enter('DF-GT carried over', weighted(carried));
  await enter('DF-GT carried over, sharpened', weighted(carriedSharply));
  for (const { dispose } of [first, second]) dispose();
  return result;
}

async function trainJudge(
  cases: readonly Case[],
  structures: readonly string[],
  raters: readonly string[],
  { width, steps, size, seed }: TrustSettings,
  number: number,
) {
  const { channels } = cases[0]!.image;
  const options = {
    width,
    structures: structures.length,
    imageChannels: channels,
    size: [size, size] as const,
  };
  const model = dlCat({ ...options, seed: 10 * seed + number });
  await train(model, await toExamples(cases, { structures, raters }), {
    labels: randomFusion(),
    epochs: Math.max(1, Math.round((16 * steps) / cases.length)),
    batchSize: 16,
    optimizer: adam({ learningRate: 3e-3 }),
    schedule: cosine({ warmup: 0.1 }),
    balanced: true,
    augmentation: { flip: 'horizontal', shift: 0.05, rotate: 10 },
    seed: 10 * seed + number,
  });
  const network = freeze(model);
  model.dispose();
  return { network, dispose: network.dispose };
}

/** The judge's logit on image ⊕ fused label of each case. */
async function logitsOf(
  network: (input: tf.Tensor4D) => tf.Tensor,
  cases: readonly Case[],
  structures: readonly string[],
  fuse: (one: Case) => Fused | Promise<Fused>,
): Promise<number[]> {
  const logits: number[] = [];
  for (let start = 0; start < cases.length; start += 50) {
    const chunk = cases.slice(start, start + 50);
    const fused = await Promise.all(chunk.map(fuse));
    const { height, width, channels } = chunk[0]!.image;
    const depth = channels + structures.length;
    const input = new Float32Array(chunk.length * height * width * depth);
    for (const [b, { image }] of chunk.entries())
      for (let p = 0; p < height * width; p++) {
        const at = (b * height * width + p) * depth;
        for (let c = 0; c < channels; c++) input[at + c] = image.data[p * channels + c]!;
        for (const [s, structure] of structures.entries())
          input[at + channels + s] = fused[b]![structure]![p]!;
      }
    const output = tf.tidy(() => network(tf.tensor4d(input, [chunk.length, height, width, depth])));
    for (const value of await output.data()) logits.push(Number(value.toFixed(4)));
    output.dispose();
  }
  return logits;
}

/** As many of the pool's cases, half of them ill. */
const halfIll = (cases: readonly Case[], count: number): Case[] => {
  const of = (ill: number) => cases.filter(({ diagnosis }) => diagnosis === ill);
  const sick = of(1).slice(0, count >> 1);
  return [...sick, ...of(0).slice(0, count - sick.length)];
};
