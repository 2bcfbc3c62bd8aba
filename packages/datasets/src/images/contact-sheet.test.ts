import { expect, test } from 'vitest';
import type { Case, Mask } from '../dataset/case.js';
import { block } from '../fixtures/temporary.js';
import { contactSheet } from './contact-sheet.js';

const square = (left: number, top: number, side: number) =>
  Uint8Array.from({ length: 256 }, (_, i) => block(left, top, side, [0, 1])(i % 16, Math.floor(i / 16)));

const one = (
  id: string,
  annotations: Record<string, Record<string, Mask>>,
  more: Partial<Case> = {},
): Case => ({
  id,
  image: { data: new Float32Array(256).fill(0.5), width: 16, height: 16, channels: 1 },
  annotations,
  ...more,
});

const hexAt = ({ data, width }: Case['image'], x: number, y: number) =>
  `#${[0, 1, 2]
    .map((c) =>
      Math.round(data[(y * width + x) * 3 + c]! * 255)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;

test("a rater's contour is the inner edge of the mask, in the rater's colour", async () => {
  const { image, colours } = await contactSheet([one('a', { disc: { r: square(3, 4, 6) } })], { tile: 16 });
  expect([image.width, image.height]).toEqual([24, 24]);
  for (let y = 0; y < 16; y++) {
    for (let x = 0; x < 16; x++) {
      const [u, v] = [x - 3, y - 4];
      const within = u >= 0 && v >= 0 && u < 6 && v < 6;
      const onEdge = within && (u === 0 || v === 0 || u === 5 || v === 5);
      expect(hexAt(image, 4 + x, 4 + y)).toBe(onEdge ? colours.r : '#808080');
    }
  }
});

test('raters have colours of their own, and take turns where their contours coincide', async () => {
  const both = { disc: { r: square(2, 2, 12), s: square(2, 2, 12) }, cup: { r: square(6, 6, 3) } };
  const { image, colours } = await contactSheet([one('a', both)], { tile: 16 });
  expect(new Set(Object.values(colours)).size).toBe(2);
  const along = new Set(Array.from({ length: 12 }, (_, k) => hexAt(image, 4 + 2 + k, 4 + 2)));
  expect(along).toEqual(new Set(Object.values(colours)));
  expect(hexAt(image, 4 + 6, 4 + 6)).toBe(colours.r);
  const discs = await contactSheet([one('a', both)], { tile: 16, structures: ['disc'], raters: ['s'] });
  expect(hexAt(discs.image, 4 + 6, 4 + 6)).toBe('#808080');
  expect(Object.keys(discs.colours)).toEqual(['s']);
});

test('twelve raters are told apart', async () => {
  const raters = Object.fromEntries(Array.from({ length: 12 }, (_, k) => [`r${k}`, square(2, 2, 4)]));
  const colours = Object.values((await contactSheet([one('a', { disc: raters })])).colours).map((hex) =>
    [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)),
  );
  for (const [i, a] of colours.entries()) {
    for (const b of colours.slice(i + 1))
      expect(Math.hypot(...a.map((v, c) => v - b[c]!))).toBeGreaterThan(40);
  }
});

test('pictures keep their proportions, and the diagnosis is a line under the tile', async () => {
  const wide = { data: new Float32Array(16 * 8 * 3).fill(1), width: 16, height: 8, channels: 3 };
  const cases = [one('a', {}, { image: wide, diagnosis: 1 }), one('b', {}, { diagnosis: 0 }), one('c', {})];
  async function* drawn() {
    yield* cases;
  }
  const { image } = await contactSheet(drawn(), { tile: 16, columns: 3 });
  expect([image.width, image.height]).toEqual([64, 24]);
  expect([hexAt(image, 10, 4), hexAt(image, 10, 12), hexAt(image, 10, 19)]).toEqual([
    '#000000',
    '#ffffff',
    '#000000',
  ]);
  expect([10, 30, 50].map((x) => hexAt(image, x, 21))).toEqual(['#ffffff', '#595959', '#1a1a1a']);
});

test('bad arguments are refused by name', async () => {
  await expect(contactSheet([])).rejects.toThrow('contactSheet: cases is empty, expected at least one');
  await expect(contactSheet([one('a', {})], { tile: 0 })).rejects.toThrow('contactSheet: tile is 0');
});
