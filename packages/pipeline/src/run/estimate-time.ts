import type { Config } from '../config/schema.js';
import { runFolder } from '../folder/run-folder.js';
import { splitData } from '../steps/split-data.js';
import type { Survey } from '../steps/survey-data.js';
import { COST, jobsOfRun, pixelsOf } from './jobs-of-run.js';
import { timeOfCase } from './time-of-case.js';

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
  const { width, depth, batchSize } = config.diagnosis;
  const { size } = config.data;
  const here = await timeOfCase({ width, depth, batchSize, size, structures: structures.length });
  return (reference / 1000 / workers) * (here / (pixelsOf(config) * COST.baseline));
}
