import { tasksOf } from 'diff-pipeline/jobs';
import type { CellWork } from './cell.js';
import { readCellPlan } from './cell-plan.js';
import { cellWorker, jobOf, queueOf } from './cells.js';

/** Finds the cells that messages of a queue name, in the plan that lies in their run folder. */
export const tasksOfCells = tasksOf<CellWork>(async ({ run }) => {
  const { cells, place, version } = await readCellPlan(run);
  return {
    jobs: cells.map((cell) => jobOf(cell, place)),
    kindOf: () => queueOf(place.engine),
    engineOf: () => ({ name: place.engine, version }),
    worker: () => ({ module: cellWorker, shared: place }),
  };
});
