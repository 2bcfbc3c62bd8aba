// Runs in each worker thread of `runCells`, with an engine of its own.
import { useBackend } from '@diff/backend';
import type { WorkerContext } from '@diff/backend/parallel';
import { figure2Cell } from './figure2/cell.js';
import { figure4Cell } from './figure4/cell.js';
import { figure6Cell } from './figure6/cell.js';
import { malignancyCell } from './malignancy/cell.js';
import { type Cell, type Place, store } from './shared/cells.js';
import { attentionCell } from './table5/attention-picture.js';
import { armCell } from './table5/cell.js';
import { studyCell } from './table5/study.js';
import { worthCell } from './worth/cell.js';

const work = {
  figure2: figure2Cell,
  malignancy: malignancyCell,
  figure4: figure4Cell,
  figure6: figure6Cell,
  worth: worthCell,
  study: studyCell,
  arm: armCell,
  attention: attentionCell,
} satisfies Record<string, (settings: never, place: Place) => Promise<unknown>>;

export type Kind = keyof typeof work;

export const setup = () => useBackend({ prefer: 'wasm' });

export default async function run(cell: Cell, { shared: place }: WorkerContext<Place>): Promise<void> {
  const started = performance.now();
  const result = await work[cell.kind](cell.settings as never, place);
  await store(place.out, cell, { result, seconds: (performance.now() - started) / 1000 });
}
