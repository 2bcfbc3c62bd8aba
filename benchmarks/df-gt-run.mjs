/**
 * DF-GT of many cases on one engine, in a process of its own and with the packages as they are published: threads load no
 * TypeScript. Usage: df-gt-run.mjs ENGINE MASKS WORKERS THREADS SIZE WIDTH ITERATIONS BATCH CASES RATERS
 * MASKS are cups of the fundus phantom, or random bits, on which raters differ nearly everywhere.
 * Prints when each batch was finished, in seconds, and the memory that the process then had, in MiB.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { phantom } from '@diff/datasets';
import { diagnosisFirstParallel } from '@diff/fusion/df-gt/node';

const [engine, masks, ...counts] = process.argv.slice(2);
const [workers, threads, size, width, iterations, batchSize, count, raters] = counts.map(Number);

const cases = masks === 'phantom' ? await phantomCases() : randomCases();

const folder = mkdtempSync(join(tmpdir(), 'df-gt-'));
const batches = [];
try {
  const fused = diagnosisFirstParallel(cases, {
    module: new URL('./df-gt-options.mjs', import.meta.url),
    shared: { engine, threads, size, width, iterations },
    folder,
    workers,
    batchSize,
    onProgress: () => batches.push([performance.now() / 1000, process.memoryUsage().rss / 2 ** 20]),
  });
  for await (const _ of fused);
} finally {
  rmSync(folder, { recursive: true });
}
console.log(JSON.stringify(batches));

async function phantomCases() {
  const cases = [];
  const drawn = phantom('fundus', { cases: count, size });
  for await (const { id, image, annotations, diagnosis } of drawn.cases())
    cases.push({ id, image, annotations: { cup: annotations.cup }, diagnosis });
  return cases;
}

function randomCases() {
  let state = 1;
  const random = () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  const plane = (channels, value) => Float32Array.from({ length: size * size * channels }, value);
  return Array.from({ length: count }, (_, i) => ({
    id: `case ${i}`,
    image: { data: plane(3, random), height: size, width: size, channels: 3 },
    annotations: {
      cup: Object.fromEntries(
        Array.from({ length: raters }, (_, r) => [`R${r + 1}`, plane(1, () => Math.round(random()))]),
      ),
    },
    diagnosis: i % 2,
  }));
}
