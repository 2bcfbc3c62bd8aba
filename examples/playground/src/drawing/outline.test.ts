import { expect, test } from 'vitest';
import { outlineOf } from './outline.js';

/** Every unit edge of the runs, as text. */
function edgesOf(ends: Float32Array): string[] {
  const edges: string[] = [];
  for (let i = 0; i < ends.length; i += 4) {
    const [x1, y1, x2, y2] = ends.slice(i, i + 4) as unknown as [number, number, number, number];
    for (let x = x1; x < x2; x++) edges.push(`${x},${y1} across`);
    for (let y = y1; y < y2; y++) edges.push(`${x1},${y} down`);
  }
  return edges.sort();
}

test('the edges are those of each pixel that its neighbour does not share, each once', () => {
  const [width, height] = [17, 13];
  let state = 1;
  const mask = Uint8Array.from({ length: width * height }, () => {
    state = (state * 48271) % 2147483647;
    return state % 3 ? 1 : 0;
  });
  const at = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < width && y < height ? mask[y * width + x]! : 0;
  const expected: string[] = [];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (!at(x, y)) continue;
      if (!at(x, y - 1)) expected.push(`${x},${y} across`);
      if (!at(x, y + 1)) expected.push(`${x},${y + 1} across`);
      if (!at(x - 1, y)) expected.push(`${x},${y} down`);
      if (!at(x + 1, y)) expected.push(`${x + 1},${y} down`);
    }
  expect(edgesOf(outlineOf(mask, width, height))).toEqual(expected.sort());
});

test('a square has four runs, none where nothing is above the threshold', () => {
  const square = Float32Array.of(0, 0, 0, 0, 0, 0.6, 0.7, 0, 0, 0.8, 0.9, 0, 0, 0, 0, 0);
  expect([...outlineOf(square, 4, 4)]).toEqual([1, 1, 3, 1, 1, 1, 1, 3, 1, 3, 3, 3, 3, 1, 3, 3]);
  expect(outlineOf(square, 4, 4, 0.95)).toHaveLength(0);
});
