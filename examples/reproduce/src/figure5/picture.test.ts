import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readGallery } from 'diff-pipeline/report';
import sharp from 'sharp';
import { afterAll, expect, it } from 'vitest';
import { writeRunFolder } from '../../../../packages/pipeline/src/report/fixtures/run-folder.js';
import { drawFigure5 } from './picture.js';

const root = mkdtempSync(join(tmpdir(), 'diff-figure5-'));
afterAll(() => rmSync(root, { recursive: true }));

it('Figure 5 has a row per case and a column per mask, each mask where its column says', async () => {
  const { data } = await writeRunFolder(root, { kind: 'skin', cases: 4, gallery: 2 });
  const path = join(root, 'gallery.safetensors');
  const pictures = await readGallery(readFileSync(path), path);
  const [black, white] = [0, 1].map((level) => new Float32Array(48 * 48).fill(level));
  const [structure] = data.structures as [string];
  pictures[0]!.masks[structure]!.inside = white!;
  pictures[1]!.masks[structure]!.inside = black!;
  pictures[0]!.masks[structure]!.outside = black!;
  pictures[1]!.masks[structure]!.outside = white!;
  const png = await drawFigure5(pictures, data, ['inside', 'outside']);
  const { data: pixels, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  // Two rows of tiles of 128 between gaps of 4, under 44 of names and over 36 of legend; four columns at the right.
  expect(info.height).toBe(44 + 4 + 2 * 132 + 36);
  const left = info.width - 4 - 4 * 132;
  const mean = (row: number, column: number) => {
    let sum = 0;
    for (let y = 8; y < 120; y++)
      for (let x = 8; x < 120; x++) {
        const at = (48 + 132 * row + y) * info.width + left + 4 + 132 * column + x;
        for (let c = 0; c < 3; c++) sum += pixels[at * info.channels + c]!;
      }
    return sum / (3 * 112 ** 2 * 255);
  };
  const expected = [
    [2, 1, 0],
    [2, 0, 1],
    [3, 0, 0],
    [3, 1, 1],
  ] as const;
  for (const [column, row, level] of expected) expect(mean(row, column)).toBeCloseTo(level, 2);
  // The image itself is in the first column, whole: its mean is that of the tile.
  const { image } = pictures[0]!;
  const whole = await sharp(
    Uint8Array.from(image.data, (level) => Math.round(255 * level)),
    {
      raw: { width: 48, height: 48, channels: 3 },
    },
  )
    .resize(128, 128)
    .extract({ left: 8, top: 8, width: 112, height: 112 })
    .stats();
  const level = whole.channels.reduce((sum, channel) => sum + channel.mean, 0) / (3 * 255);
  expect(mean(0, 0)).toBeCloseTo(level, 1);
});
