import { availableParallelism } from 'node:os';
import { shareTensors, useBackend } from '@diff/backend';
import { parallelMap } from '@diff/backend/parallel';
import * as tf from '@tensorflow/tfjs-core';
import { compare, type Suite, significant } from './harness.js';

const items = Array.from({ length: 40 }, (_, seed) => ({ seed, size: 96, steps: 20 }));
const module = new URL('./parallel.worker.mjs', import.meta.url);

/** What `parallelMap` gains on the wasm engine, whose one thread leaves the other cores idle. */
const suite: Suite = async (report) => {
  await useBackend({ prefer: 'wasm' });
  const shapes = [
    [3, 3, 8, 32],
    [3, 3, 32, 32],
    [3, 3, 32, 1],
  ] as [number, number, number, number][];
  const filters = shapes.map((shape, i) => tf.randomNormal(shape, 0, 0.1, 'float32', i));
  const shared = await shareTensors(filters);
  tf.dispose(filters);

  const run = (workers: number) => parallelMap<(typeof items)[0], number>(items, module, { workers, shared });
  const alone = await run(1);
  const together = await run(2);
  if (alone.some((loss, i) => loss !== together[i]))
    throw new Error('parallel: two workers give other losses than one');

  const counts = [...new Set([1, 2, availableParallelism()])];
  const rows = await compare(
    Object.fromEntries(counts.map((workers) => [String(workers), () => run(workers)])),
    { rounds: 3, time: 1, iterations: 1 },
  );
  report.heading('parallelMap on the wasm engine');
  report.note(
    `${items.length} items, each twenty Adam steps of a three-layer convolutional network at 96 × 96, with the weights ` +
      'in shared memory. Starting the threads and their engines is included. The losses are the same to the bit.',
  );
  report.table(
    ['workers', 's', 'times as fast as one'],
    rows.map(({ name, milliseconds, ratio }) => [
      name,
      significant(milliseconds / 1000),
      significant(1 / ratio),
    ]),
  );
};

export default suite;
