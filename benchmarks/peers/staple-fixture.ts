/**
 * Writes packages/fusion/src/fixtures/itk-staple.json: what ITK's STAPLE filters give on small random masks.
 *
 *     node --import tsx benchmarks/peers/staple-fixture.ts
 */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildItk, runItk } from './staple-itk.js';
import { discMasks, noisyMasks } from './staple-masks.js';

const itk = buildItk();
if (!itk) throw new Error('ITK 5 is not installed (Debian: libinsighttoolkit5-dev)');

const height = 16;
const width = 18;
const text = (masks: Uint8Array[]) => masks.map((mask) => mask.join(''));
let version = '';

const binary = [
  { title: '3 noisy raters', masks: noisyMasks(3, height * width, 1) },
  { title: '7 noisy raters', masks: noisyMasks(7, height * width, 2) },
  { title: '5 discs', masks: discMasks(5, height, width, 3) },
  { title: '10 noisy raters', masks: noisyMasks(10, height * width, 4) },
  { title: '7 noisy raters, confidence weight 0.5', masks: noisyMasks(7, height * width, 5), weight: 0.5 },
  { title: '7 noisy raters, 3 iterations', masks: noisyMasks(7, height * width, 6), maxIterations: 3 },
  { title: '20 noisy raters', masks: noisyMasks(20, height * width, 7) },
].map(({ title, masks, weight = 1, maxIterations = 0 }) => {
  const run = runItk(itk, 'binary', masks, [height, width], weight, { maxIterations });
  version = run.version;
  const probability = [...new Float64Array(run.output.buffer)];
  const { sensitivity, specificity, elapsed } = run;
  return { title, masks: text(masks), weight, maxIterations, probability, sensitivity, specificity, elapsed };
});

const labels = [
  { title: '5 raters, 3 labels', masks: noisyMasks(5, height * width, 11, 3) },
  { title: '7 raters, 4 labels', masks: noisyMasks(7, height * width, 12, 4) },
  { title: '3 raters, 2 labels', masks: noisyMasks(3, height * width, 13, 2), threshold: 1e-5 },
].map(({ title, masks, threshold = 1e-12 }) => {
  const run = runItk(itk, 'labels', masks, [height, width], threshold);
  return {
    title,
    masks: text(masks),
    threshold,
    labelMap: run.output.join(''),
    confusion: run.confusion,
    elapsed: run.elapsed,
  };
});

const voting = [
  { title: '3 raters, 4 labels', masks: noisyMasks(3, height * width, 21, 4) },
  { title: '6 raters, 5 labels', masks: noisyMasks(6, height * width, 22, 5) },
].map(({ title, masks }) => {
  const run = runItk(itk, 'voting', masks, [height, width], 0);
  return { title, masks: text(masks), labelMap: run.output.join('') };
});

const fixtures = join(dirname(fileURLToPath(import.meta.url)), '../../packages/fusion/src/fixtures');
mkdirSync(fixtures, { recursive: true });
const path = join(fixtures, 'itk-staple.json');
writeFileSync(
  `${path}.part`,
  `${JSON.stringify({ version, height, width, binary, labels, voting }, null, 1)}\n`,
);
renameSync(`${path}.part`, path);
console.log(`${path}: ITK ${version}`);
