import { adam, type Example, train } from '@diff/train';
import type { Config } from '../config/schema.js';
import { runFolder } from '../folder/run-folder.js';
import { BASELINE, makeJudge } from '../steps/networks.js';
import { splitData } from '../steps/split-data.js';
import type { Survey } from '../steps/survey-data.js';
import { COST, jobsOfRun, pixelsOf } from './jobs-of-run.js';

/**
 * About how many seconds a run will take at most, with no training stopped early: a few steps of Baseline-Dia are timed on
 * the engine that was started, and say how much faster or slower this machine is than the one on which all steps were.
 */
export async function estimateTime(config: Config, { dataset }: Survey, workers: number): Promise<number> {
  const structures = config.data.structures ?? dataset.structures;
  const jobs = jobsOfRun({
    config,
    splits: splitData(dataset, config),
    folder: runFolder('.'),
    basis: null,
    structures,
  });
  const reference = jobs.reduce((sum, { size, cost }) => sum + size * cost, 0);
  const here = await timeOfCase(config, structures.length);
  return (reference / 1000 / workers) * (here / (pixelsOf(config) * COST.baseline));
}

/** Milliseconds that Baseline-Dia takes to learn from a case: the median of a few steps, after one to warm up. */
async function timeOfCase({ data: { size }, diagnosis }: Config, structures: number): Promise<number> {
  const input = { height: size, width: size, channels: 3, structures };
  const model = makeJudge(BASELINE, diagnosis, input, 0);
  const plane = new Float32Array(size * size);
  const examples = Array.from(
    { length: diagnosis.batchSize },
    (_, i): Example => ({
      id: String(i),
      image: { data: new Float32Array(3 * size * size), height: size, width: size, channels: 3 },
      masks: Array.from({ length: structures }, () => plane),
      diagnosis: (i % 2) as 0 | 1,
    }),
  );
  const times: number[] = [];
  try {
    await train(model, examples, {
      epochs: 4,
      batchSize: examples.length,
      optimizer: adam(),
      onStep: () => times.push(performance.now()),
    });
  } finally {
    model.dispose();
  }
  const steps = times.slice(1).map((time, i) => time - times[i]!);
  return steps.sort((a, b) => a - b)[steps.length >> 1]! / examples.length;
}
