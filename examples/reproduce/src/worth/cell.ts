import { diagnosisFirstAll, expertnessByRegion } from '@diff/fusion/df-gt';
import type { Place } from '../shared/cell.js';
import { cost } from '../shared/estimate.js';
import { expertness } from '../shared/fusions.js';
import { type JudgeName, type NetworkSettings, trainJudge } from '../shared/judges.js';
import { loadTask, type TaskSettings } from '../shared/tasks.js';

export interface WorthSettings extends TaskSettings, NetworkSettings {
  /** The network that DF-GT is fitted to. */
  judge: JudgeName;
  expertness: string;
  objective: 'bce' | 'logit';
  epochs: number;
  iterations: number;
}

/** Cases that pass through a network in training. */
export const worthPasses = ({ train, test, epochs, iterations }: WorthSettings): number =>
  cost.judge * epochs * train + cost.fuse * iterations * test;

/** Mean expertness at the border, by rater. */
export type WorthResult = Record<string, number>;

/** Fuses test cases, which the diagnosis network never saw, and asks whom DF-GT followed. */
export async function worthCell(settings: WorthSettings, { data }: Place): Promise<WorthResult> {
  const { seed, objective, iterations } = settings;
  const task = await loadTask(settings, data);
  const judge = await trainJudge(settings.judge, task, task.train, settings);
  const pairs = [];
  const all = diagnosisFirstAll(task.test, {
    network: judge.network,
    expertness: expertness[settings.expertness]!,
    objective,
    iterations,
    structures: task.structures,
    seed,
  });
  for await (const pair of all) pairs.push(pair);
  judge.dispose();
  const atBorder = expertnessByRegion(pairs).filter(
    (row) => row.diagnosis === 'all' && row.region === 'border',
  );
  return Object.fromEntries(atBorder.map(({ rater, mean }) => [rater, mean]));
}
