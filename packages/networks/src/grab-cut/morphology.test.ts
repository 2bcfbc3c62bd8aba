import { randomStream } from '@diff/train';
import { expect, it } from 'vitest';
import { closing, line, opening, square } from './morphology.js';
import { removeHair } from './remove-hair.js';

const read = (rows: string[]) => Float32Array.from(rows.join(''), (mark) => +(mark === '#'));
const write = (map: Float32Array, width: number) =>
  Array.from({ length: map.length / width }, (_, y) =>
    [...map.subarray(y * width, (y + 1) * width)].map((value) => (value ? '#' : '.')).join(''),
  );

it('opening keeps what a square that fits covers; closing fills what no square outside reaches', () => {
  const [height, width] = [7, 9];
  const random = randomStream(2);
  const map = Float32Array.from({ length: height * width }, () => +(random.uniform() < 0.7));
  const inside = (y: number, x: number) => y >= 0 && y < height && x >= 0 && x < width;
  const windowOf = (y: number, x: number) =>
    square(1).flatMap(([i, j]) => (inside(y + i, x + j) ? [map[(y + i) * width + x + j]!] : []));
  const [opened, closed] = [opening(map, width, square(1)), closing(map, width, square(1))];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const near = square(1).filter(([i, j]) => inside(y + i, x + j));
      const fits = near.some(([i, j]) => windowOf(y + i, x + j).every(Boolean));
      const reached = near.some(([i, j]) => !windowOf(y + i, x + j).some(Boolean));
      expect(opened[y * width + x]).toBe(+fits);
      expect(closed[y * width + x]).toBe(+!reached);
    }
  expect(new Set(opened).size).toBe(2);
});

it('closing by a line fills what is short along it alone', () => {
  const rows = ['#.###', '#.###', '#.###'];
  expect(write(closing(read(rows), 5, line(3, [0, 1])), 5)).toEqual(Array(3).fill('#####'));
  expect(write(closing(read(rows), 5, line(3, [1, 0])), 5)).toEqual(rows);
});

it('removeHair takes a dark line out of skin and leaves the lesion', () => {
  const [height, width] = [40, 40];
  const lesion = (y: number, x: number) => Math.hypot(y - 20, x - 20) < 8;
  const picture = (hair: boolean) => ({
    ...{ height, width, channels: 2 },
    data: Float32Array.from({ length: height * width * 2 }, (_, i) => {
      const [y, x] = [Math.floor(i / 2 / width), Math.floor(i / 2) % width];
      if (hair && (y === 6 || x === y + 15)) return 0.1;
      return lesion(y, x) ? 0.4 : 0.8;
    }),
  });
  const clean = removeHair(picture(true));
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const value = clean.data[2 * (y * width + x)]!;
      // At the lesion's rim single pixels are thin across some direction.
      const away = Math.hypot(y - 20, x - 20);
      if (away >= 8) expect(value, `${y} ${x}`).toBeCloseTo(0.8, 5);
      if (away < 6.5) expect(value, `${y} ${x}`).toBeCloseTo(0.4, 5);
    }
  const untouched = removeHair(picture(false));
  expect(untouched.data.filter((value, i) => value !== picture(false).data[i]).length).toBeLessThan(20);
});
