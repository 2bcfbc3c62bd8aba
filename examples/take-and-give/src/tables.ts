import { type Arm, type Cell, references, runArm } from './arm.js';
import type { Run } from './options.js';
import { prepare } from './study.js';
import { summarise } from './summary.js';

const BASELINE: Arm = { name: 'Baseline-Seg', blocks: [] };

/** The baseline and every arm on every task and seed, as a table; first what needs no network. */
export async function table(arms: readonly Arm[], run: Run): Promise<string> {
  const cells: Cell[] = [];
  for (let seed = 0; seed < run.seeds; seed++)
    for (const name of run.tasks) {
      const study = await prepare(name, seed, run);
      cells.push(...(await references(study)));
      for (const arm of [BASELINE, ...arms]) cells.push(await runArm(arm, study, run));
      study.diagnosisNetwork.dispose();
      study.untrained.dispose();
    }
  return summarise(cells, BASELINE.name, run.settings);
}
