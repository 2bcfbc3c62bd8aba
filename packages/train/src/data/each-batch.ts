import { checkInteger } from '@diff/checks';
import { type Batch, checkExample, disposeBatch, makeBatch } from './batch.js';
import type { Examples } from './example.js';
import { fetchExamples } from './fetch-examples.js';
import { macrotask } from './macrotask.js';
import { randomStream } from './random.js';

export interface BatchesOptions {
  /** Default: 16. */
  batchSize?: number;
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

/** Goes through the examples in order, batch by batch, the last one smaller. */
export async function eachBatch(
  examples: Examples,
  { batchSize = 16, raters, onProgress, signal }: BatchesOptions & { raters?: boolean },
  use: (batch: Batch) => Promise<void>,
): Promise<void> {
  checkInteger('predict', 'batchSize', batchSize, 1);
  for (let start = 0; start < examples.length; start += batchSize) {
    signal?.throwIfAborted();
    const indices = Array.from({ length: Math.min(batchSize, examples.length - start) }, (_, i) => start + i);
    const chosen = await fetchExamples(examples, indices);
    for (const example of chosen) checkExample('predict', example);
    const batch = makeBatch('predict', chosen, randomStream(0, 3, start), raters);
    try {
      await use(batch);
    } finally {
      disposeBatch(batch);
    }
    onProgress?.(Math.min(start + batchSize, examples.length), examples.length);
    await macrotask();
  }
}
