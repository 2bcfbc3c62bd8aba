import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Case, encodePng, type Image } from '@diff/datasets';
import type { DiagnosisFirstResult } from '@diff/fusion/df-gt';
// Enlarges and composes pictures, and renders the letters beside them.
import sharp from 'sharp';
import { meanVotes } from '../shared/fusions.js';
import type { Task } from '../shared/tasks.js';

const [TILE, GAP, HEAD, LEFT] = [168, 8, 26, 130];

/** A healthy and an ill case: the fused label, and below it the most varied map of a rater, by parametrisation. */
export async function drawFigure6(
  { test, structures }: Task,
  fused: Map<string, DiagnosisFirstResult[]>,
  path: string,
): Promise<void> {
  const columns = ['image', 'mean vote', ...fused.keys()];
  const pictures: sharp.OverlayOptions[] = [];
  const texts = columns.map((text, c) => textAt(LEFT + c * (TILE + GAP) + TILE / 2, 18, text, 'middle'));
  const top = (row: number) => HEAD + row * (TILE + GAP);
  const place = async (row: number, column: number, image: Image) =>
    pictures.push({ input: await enlarged(image), left: LEFT + column * (TILE + GAP), top: top(row) });
  const shown = [0, 1].map((diagnosis) => test.findIndex((one) => one.diagnosis === diagnosis));
  for (const [n, index] of shown.filter((index) => index >= 0).entries()) {
    const one = test[index]!;
    const row = 2 * n;
    texts.push(textAt(8, top(row) + TILE / 2, one.diagnosis ? 'ill' : 'healthy'));
    texts.push(textAt(8, top(row) + TILE / 2 + 18, `${structures[0]}, fused`));
    texts.push(textAt(8, top(row + 1) + TILE / 2, 'expertness of'));
    texts.push(textAt(8, top(row + 1) + TILE / 2 + 18, 'one rater'));
    await place(row, 0, one.image);
    await place(row, 1, heat(meanVotes(one)[structures[0]!]!, one, 0, 1));
    for (const [n, results] of [...fused.values()].entries()) {
      const { fused: label, expertness: maps } = results[index]!;
      await place(row, n + 2, heat(label[structures[0]!]!, one, 0, 1));
      const widest = Object.values(maps).reduce((a, b) => (spread(b) > spread(a) ? b : a));
      await place(row + 1, n + 2, heat(widest, one, Math.min(...widest), Math.max(...widest)));
    }
  }
  const [width, height] = [LEFT + columns.length * (TILE + GAP), top(2 * shown.length)];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="14">${texts.join('')}</svg>`;
  mkdirSync(dirname(path), { recursive: true });
  await sharp({ create: { width, height, channels: 3, background: 'white' } })
    .composite([...pictures, { input: Buffer.from(svg), left: 0, top: 0 }])
    .png({ palette: true })
    .toFile(path);
}

const spread = (map: Float32Array) => Math.max(...map) - Math.min(...map);

const textAt = (x: number, y: number, text: string, anchor = 'start') =>
  `<text x="${x}" y="${y}" text-anchor="${anchor}">${text}</text>`;

/** Black at `low` through red and yellow to white at `high`. */
function heat(values: ArrayLike<number>, { image }: Case, low: number, high: number): Image {
  const data = new Float32Array(values.length * 3);
  for (let p = 0; p < values.length; p++) {
    const t = high > low ? (values[p]! - low) / (high - low) : 0.5;
    data.set([3 * t, 3 * t - 1, 3 * t - 2], 3 * p);
  }
  return { data, width: image.width, height: image.height, channels: 3 };
}

async function enlarged(image: Image): Promise<Buffer> {
  return sharp(await encodePng(image))
    .resize(TILE, TILE, { kernel: 'nearest' })
    .toColourspace('srgb')
    .toBuffer();
}
