import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Box, grabCut, type Picture } from './grab-cut.js';

const { masks } = JSON.parse(readFileSync(new URL('fixtures/grab-cut.json', import.meta.url), 'utf8')) as {
  masks: Record<string, string[]>;
};
const [height, width] = [40, 48];

/** The pictures of fixtures/make_grab_cut_fixtures.py. */
const pictures: Record<
  string,
  { box: Box; colours: [number[], number[]]; inside(y: number, x: number): boolean }
> = {
  disc: {
    box: { left: 11, top: 5, right: 40, bottom: 35 },
    colours: [
      [200, 150, 130],
      [120, 70, 60],
    ],
    inside: (y, x) => (y - 19) ** 2 + (x - 25) ** 2 < 121,
  },
  ellipse: {
    box: { left: 3, top: 9, right: 39, bottom: 35 },
    colours: [
      [180, 160, 150],
      [140, 100, 80],
    ],
    inside: (y, x) => ((y - 22) / 9) ** 2 + ((x - 20) / 14) ** 2 < 1,
  },
  'two lobes': {
    box: { left: 6, top: 7, right: 40, bottom: 33 },
    colours: [
      [90, 90, 90],
      [150, 140, 120],
    ],
    inside: (y, x) => (y - 18) ** 2 + (x - 17) ** 2 < 60 || (y - 22) ** 2 + (x - 28) ** 2 < 70,
  },
};

function pictureOf(name: string): Picture {
  const { colours, inside } = pictures[name]!;
  const data = Float32Array.from({ length: height * width * 3 }, (_, i) => {
    const [y, x, c] = [Math.floor(i / 3 / width), Math.floor(i / 3) % width, i % 3];
    const noise = ((((y * 7919 + x * 104729 + c * 1299709) % 101) * 37) % 41) - 20;
    return (colours[+inside(y, x)]![c]! + noise) / 255;
  });
  return { data, height, width, channels: 3 };
}

const overlap = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  let [both, either] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    both += +(a[i] && b[i] ? 1 : 0);
    either += +(a[i] || b[i] ? 1 : 0);
  }
  return both / either;
};

describe('grabCut', () => {
  it.each(Object.keys(pictures))('cuts out the same as OpenCV: %s', (name) => {
    const picture = pictureOf(name);
    const mask = grabCut(picture, pictures[name]!.box);
    const opencv = masks[name]!.flatMap((row) => [...row].map((mark) => +(mark === '#')));
    expect(overlap(mask, opencv)).toBeGreaterThan(0.98);
    const truth = Uint8Array.from(mask, (_, p) => +pictures[name]!.inside(Math.floor(p / width), p % width));
    expect(overlap(mask, truth)).toBeGreaterThan(0.97);
  });

  it('recovers a disc of two colours exactly, in grey too, and is the same for the same seed', () => {
    const data = Float32Array.from({ length: 900 }, (_, p) =>
      Math.hypot(Math.floor(p / 30) - 15, (p % 30) - 14) < 8 ? 0.2 : 0.8,
    );
    const box = { top: 4, left: 4, bottom: 26, right: 26 };
    const picture = { data, height: 30, width: 30, channels: 1 };
    const mask = grabCut(picture, box, { seed: 3 });
    expect([...mask]).toEqual([...data].map((value) => +(value < 0.5)));
    expect(grabCut(picture, box, { seed: 3 })).toEqual(mask);
  });

  it('leaves what is outside the box as background, and has an answer for every box', () => {
    const picture = pictureOf('disc');
    const { top, left, bottom, right } = { top: 10, left: 20, bottom: 20, right: 30 };
    for (const [p, value] of grabCut(picture, { top, left, bottom, right }).entries()) {
      const [y, x] = [Math.floor(p / width), p % width];
      if (y < top || y >= bottom || x < left || x >= right) expect(value).toBe(0);
    }
    expect(grabCut(picture, { top: 3, left: 3, bottom: 3, right: 9 }).some(Boolean)).toBe(false);
    expect(grabCut(picture, { top: 0, left: 0, bottom: height, right: width }).every(Boolean)).toBe(true);
    const flat = { ...picture, data: picture.data.map(() => 0.5) };
    expect(grabCut(flat, { top: 5, left: 5, bottom: 9, right: 9 })).toHaveLength(height * width);
  });

  it('refuses a box outside the picture, and data that do not fit', () => {
    const picture = pictureOf('disc');
    const box = { top: 0, left: 0, bottom: 5, right: 5 };
    expect(() => grabCut(picture, { ...box, right: 49 })).toThrow(
      'grabCut: box.right is 49, expected an integer from 0 to 48',
    );
    expect(() => grabCut({ ...picture, width: 47 }, box)).toThrow(
      'grabCut: picture.data has 5760 values, expected 5640',
    );
  });
});
