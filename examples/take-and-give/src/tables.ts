import { type Arm, type Cell, references, runArm } from './arm.js';
import type { Run } from './options.js';
import { prepare } from './study.js';

export const BASELINE: Arm = { name: 'Baseline-Seg', blocks: [] };

/** Every arm on every task and seed; the first cells of a task and seed are the references. */
export async function runArms(arms: readonly Arm[], run: Run): Promise<Cell[]> {
  const cells: Cell[] = [];
  for (let seed = 0; seed < run.seeds; seed++)
    for (const name of run.tasks) {
      const study = await prepare(name, seed, run);
      cells.push(...(await references(study)));
      for (const arm of arms) cells.push(await runArm(arm, study, run));
      study.diagnosisNetwork.dispose();
      study.untrained.dispose();
    }
  return cells;
}
