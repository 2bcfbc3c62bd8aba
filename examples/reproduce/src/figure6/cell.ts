import { join } from 'node:path';
import { type DiagnosisFirstResult, diagnosisFirstAll, highFrequencyShare } from '@diff/fusion/df-gt';
import type { Place } from '../shared/cell.js';
import { nameOf } from '../shared/cells.js';
import { cost } from '../shared/estimate.js';
import { expertness, matched } from '../shared/fusions.js';
import { type NetworkSettings, trainJudge } from '../shared/judges.js';
import { loadTask, type TaskSettings } from '../shared/tasks.js';
import { drawFigure6 } from './picture.js';

export interface Figure6Settings extends TaskSettings, NetworkSettings {
  epochs: number;
}

/** The paper's parametrisations at their own step sizes, and at ExpG's. */
export const compared = { ...expertness, ...matched };

/** Cases that pass through a network in training; iterations are those of the presets, 120. */
export const figure6Passes = ({ train, test, epochs }: Figure6Settings): number =>
  cost.judge * epochs * train + cost.fuse * Object.keys(compared).length * 120 * test;

/** Mean share of the maps' energy above a quarter of the Nyquist frequency, by parametrisation. */
export type Figure6Result = Record<string, number>;

/** Where the picture is. */
export const pictureOf = (settings: Figure6Settings, out: string) => join(out, `${nameOf(settings)}.png`);

/** Fuses test cases by each parametrisation, and draws a healthy and an ill one. */
export async function figure6Cell(settings: Figure6Settings, { data, out }: Place): Promise<Figure6Result> {
  const { seed, size } = settings;
  const task = await loadTask(settings, data);
  const judge = await trainJudge('baselineDia', task, task.train, settings);
  const fused = new Map<string, DiagnosisFirstResult[]>();
  const shares: Figure6Result = {};
  for (const [name, map] of Object.entries(compared)) {
    const results: DiagnosisFirstResult[] = [];
    const all = diagnosisFirstAll(task.test, {
      network: judge.network,
      expertness: map,
      objective: 'logit',
      structures: task.structures,
      seed,
    });
    for await (const { result } of all) results.push(result);
    fused.set(name, results);
    const each = results.flatMap(({ expertness: maps }) =>
      Object.values(maps).map((weights) => highFrequencyShare(weights, { height: size, width: size })),
    );
    shares[name] = each.reduce((a, b) => a + b) / each.length;
  }
  judge.dispose();
  await drawFigure6(task, fused, pictureOf(settings, out));
  return shares;
}
