// Runs in each worker thread of `runCells`, with an engine of its own.
import { useBackend } from '@diff/backend';
import { jobWorker } from 'diff-pipeline/jobs';
import { dpersonaCell } from './dpersona/cell.js';
import { fewCell, labelCell } from './few-outlines/cell.js';
import { guideCell } from './few-outlines/guide.js';
import { figure2Cell } from './figure2/cell.js';
import { figure4Cell } from './figure4/cell.js';
import { figure6Cell } from './figure6/cell.js';
import { malignancyCell } from './malignancy/cell.js';
import type { CellWork, Kind, Place } from './shared/cell.js';
import { studyCell } from './shared/study.js';
import { table1Cell } from './table1/cell.js';
import { attentionCell } from './table5/attention-picture.js';
import { armCell } from './table5/cell.js';
import { trustCell } from './trust/cell.js';
import { realCell } from './trust/real-cell.js';
import { worthCell } from './worth/cell.js';

const cells = {
  figure2: figure2Cell,
  malignancy: malignancyCell,
  figure4: figure4Cell,
  figure6: figure6Cell,
  trust: trustCell,
  trustReal: realCell,
  worth: worthCell,
  study: studyCell,
  table1: table1Cell,
  dpersona: dpersonaCell,
  arm: armCell,
  attention: attentionCell,
  fewGuide: guideCell,
  fewLabels: labelCell,
  few: fewCell,
} satisfies Record<Kind, (settings: never, place: Place) => Promise<unknown>>;

const worker = jobWorker<CellWork, unknown, Place>({
  setup: ({ engine = 'wasm' }) => useBackend({ prefer: engine }),
  work: ({ work: { kind, settings } }, place) => cells[kind](settings as never, place),
});

export const { setup } = worker;
export default worker.run;
