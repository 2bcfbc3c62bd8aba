import type { Case } from '@diff/datasets';
import { crossFit, learnExpertness } from '@diff/fusion/df-gt';
import {
  type MultiRaterEntry,
  type MultiRaterNetworkName,
  multiRaterNetworks,
  networkNamed,
} from '@diff/networks/multi-rater';
import { type Example, randomFusion, startAtPrior, toExamples, train } from '@diff/train';
import type { Fused } from './fusions.js';
import { type JudgeOptions, trainingOf, trainJudge } from './judges.js';
import type { Task } from './tasks.js';

/**
 * The test cases fused by a network that learned from the training cases' images and raters, no diagnosis being looked at: AggNet
 * or Max-MIG.
 */
export async function networkLabels(
  name: MultiRaterNetworkName,
  { train: cases, test, structures, raters, imageChannels }: Task,
  { depth, width, epochs, seed, ...training }: JudgeOptions,
): Promise<Fused[]> {
  const [{ image }] = cases as [Case];
  const options = {
    ...{ depth: depth as 18, width, seed, imageChannels },
    structures: structures.length,
    raters: raters.length,
    size: [image.height, image.width] as const,
  };
  const { make, task, predictor } = networkNamed<MultiRaterEntry>(multiRaterNetworks, name);
  const examplesOf = (some: readonly Case[]): Promise<Example[]> =>
    toExamples(some, { structures, raters, missing: 'skip' });
  const model = make(options);
  try {
    const examples = await examplesOf(cases);
    startAtPrior(model, examples);
    await train(model, examples, { ...trainingOf(training), task: task(options), epochs, seed });
    const { fuse } = predictor(model);
    const labels: Fused[] = [];
    for (const example of await examplesOf(test)) {
      const { fused } = await fuse!(example);
      labels.push(Object.fromEntries(structures.map((structure, s) => [structure, fused[s]!])));
    }
    return labels;
  } finally {
    model.dispose();
  }
}

/**
 * The test cases fused by one weight per rater, learned from diagnosed cases: each is judged by a DL-CAT that was trained on the
 * other half of them, on fusions drawn anew at every step. No diagnosis of a test case is looked at.
 */
export async function sharedLabels(
  task: Task,
  cases: Case[],
  { iterations, ...options }: JudgeOptions & { iterations: number },
): Promise<Fused[]> {
  const { structures, raters, test } = task;
  const { seed } = options;
  const network = await crossFit(cases, {
    ...{ folds: 2, seed },
    train: (others, fold) =>
      trainJudge('dlCat', task, others, { ...options, seed: seed + fold, labels: randomFusion() }),
  });
  try {
    const learned = await learnExpertness(cases, {
      network,
      structures,
      raters,
      seed,
      iterations,
      batchSize: 16,
    });
    const labels: Fused[] = [];
    for (const { diagnosis: _, ...one } of test) labels.push((await learned.apply(one)).fused);
    return labels;
  } finally {
    network.dispose();
  }
}
