import { describe, expect, test } from 'vitest';
import { expertnessByRegion } from './expertness-by-region.js';

const image = { data: new Float32Array(4), height: 1, width: 4, channels: 1 };
//                       both  only A  neither  only B
const annotations = { lesion: { A: [1, 1, 0, 0], B: [1, 0, 0, 1] } };
const pair = (diagnosis: number, a: number[]) => ({
  case: { image, annotations, diagnosis },
  result: { expertness: { A: Float32Array.from(a), B: Float32Array.from(a, (x) => 1 - x) } },
});

describe('expertnessByRegion', () => {
  const rows = expertnessByRegion([
    pair(0, [0.5, 0.25, 0.5, 0.75]),
    pair(1, [1, 1, 0.5, 0.5]),
    pair(1, [0, 0.5, 1, 0.5]),
  ]);
  const find = (rater: string, diagnosis: 'all' | 0 | 1, region: string) =>
    rows.find((row) => row.rater === rater && row.diagnosis === diagnosis && row.region === region)!;

  test('averages a rater over the pixels of a region, then over cases', () => {
    expect(find('A', 'all', 'border')).toMatchObject({ mean: (0.5 + 0.75 + 0.5) / 3, cases: 3 });
    expect(find('A', 1, 'inside')).toMatchObject({ mean: 0.5, cases: 2 });
    expect(find('A', 0, 'outside')).toEqual({
      rater: 'A',
      diagnosis: 0,
      region: 'outside',
      mean: 0.5,
      cases: 1,
    });
    expect(find('A', 1, 'all')).toMatchObject({ mean: (0.75 + 0.5) / 2 });
  });

  test('gives an interval of 1.96 standard errors', () => {
    // Means 0.75 and 0.5: s² = 0.03125.
    const half = 1.96 * Math.sqrt(0.03125 / 2);
    expect(find('A', 1, 'border').interval![0]).toBeCloseTo(0.625 - half, 9);
    expect(find('A', 1, 'border').interval![1]).toBeCloseTo(0.625 + half, 9);
  });

  test('shares 1 among the raters', () => {
    for (const row of rows.filter(({ rater }) => rater === 'A')) {
      expect(row.mean + find('B', row.diagnosis, row.region).mean).toBeCloseTo(1, 6);
    }
  });

  test('leaves out a rater where they did not take part', () => {
    const alone = {
      case: { image, annotations: { lesion: { A: [1, 0, 0, 0] } }, diagnosis: 1 },
      result: { expertness: { A: new Float32Array(4).fill(1), B: new Float32Array(4) } },
    };
    expect(expertnessByRegion([alone]).map(({ rater }) => rater)).not.toContain('B');
  });

  test('refuses maps of another size', () => {
    const wrong = { ...pair(0, [1]), case: pair(0, [1]).case };
    expect(() => expertnessByRegion([wrong])).toThrow(
      /^expertnessByRegion: case: result.expertness.A has 1 values, expected 4$/,
    );
  });
});
