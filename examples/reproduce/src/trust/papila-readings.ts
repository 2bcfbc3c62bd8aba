import type { Case } from '@diff/datasets';
import { meanVote, staple } from '@diff/fusion';
import { rocAuc } from '@diff/metrics';
import { markdownTable } from '../shared/markdown.js';
import { papilaModels } from '../shared/papila-models.js';
import { read } from './real-cell.js';

type Planes = Record<string, ArrayLike<number>>;

/** A way to read the vertical cup-to-disc ratio, and the eyes that it is read of. */
interface Reading {
  name: string;
  /** Side of the masks. */
  size: number;
  /** What a pixel of the fused label counts for. */
  inside: (value: number) => number;
  /** What becomes of eyes without a disc: ratio 0, left out method by method, or left out of all where any program has none. */
  discless: 'zero' | 'left out' | 'left out of all';
}

const soft = (value: number) => value;
const above = (value: number) => Number(value > 0.5);
const from = (value: number) => Number(value >= 0.5);

export const readings: readonly Reading[] = [
  { name: 'soft, as above', size: 64, inside: soft, discless: 'zero' },
  { name: 'soft, 128 × 128', size: 128, inside: soft, discless: 'zero' },
  {
    name: 'inside above ½, eyes without a fused disc left out',
    size: 128,
    inside: above,
    discless: 'left out',
  },
  { name: 'inside from ½ on, likewise', size: 128, inside: from, discless: 'left out' },
  { name: 'inside above ½, all eyes', size: 128, inside: above, discless: 'zero' },
  {
    name: 'inside above ½, the eyes in which all find a disc',
    size: 128,
    inside: above,
    discless: 'left out of all',
  },
  { name: 'inside from ½ on, likewise', size: 128, inside: from, discless: 'left out of all' },
];

const sum = (plane: ArrayLike<number>) => Array.from(plane).reduce((total, value) => total + value, 0);

/** The largest column sum. */
export function verticalDiameter(
  plane: ArrayLike<number>,
  width: number,
  inside: (value: number) => number,
): number {
  const columns = new Float64Array(width);
  for (let p = 0; p < plane.length; p++) columns[p % width]! += inside(plane[p]!);
  return Math.max(...columns);
}

/** AUC of the ratio by fusion and program, in each way to read it. */
export async function papilaReadings(root: string): Promise<string> {
  const bySize = new Map<number, Case[]>();
  for (const size of new Set(readings.map((one) => one.size))) {
    const { cases } = await read(await papilaModels(root, size));
    bySize.set(size, cases);
  }
  const programs = Object.keys([...bySize.values()][0]![0]!.annotations.disc!).sort();
  const fusions: Record<string, (by: Planes) => ArrayLike<number>> = {
    'mean vote': (by) => meanVote(Object.values(by) as Float32Array[]),
    STAPLE: (by) => staple(Object.values(by) as Float32Array[], { maxIterations: 200 }).probability,
    ...Object.fromEntries(programs.map((name) => [name, (by: Planes) => by[name]!])),
  };
  const fused = new Map(
    [...bySize].map(([size, cases]) => [
      size,
      Object.fromEntries(
        Object.entries(fusions).map(([name, fuse]) => [
          name,
          cases.map(({ annotations }) => [fuse(annotations.cup!), fuse(annotations.disc!)] as const),
        ]),
      ),
    ]),
  );
  const rows = readings.map(({ name, size, inside, discless }) => {
    const cases = bySize.get(size)!;
    const whole = cases.map(({ annotations }) =>
      Object.values(annotations.disc!).every((mask) => sum(mask) > 0),
    );
    const cells = Object.values(fused.get(size)!).map((planes) => {
      const ratios = planes.map(([cup, disc]) => {
        const below = verticalDiameter(disc, size, inside);
        return below > 0 ? verticalDiameter(cup, size, inside) / below : undefined;
      });
      const kept = [...cases.keys()].filter((i) =>
        discless === 'zero' ? true : discless === 'left out' ? ratios[i] !== undefined : whole[i],
      );
      const auc = rocAuc(
        kept.map((i) => cases[i]!.diagnosis!),
        kept.map((i) => ratios[i] ?? 0),
      );
      return { auc: auc.toFixed(3), eyes: kept.length };
    });
    const [fewest, most] = [
      Math.min(...cells.map(({ eyes }) => eyes)),
      Math.max(...cells.map(({ eyes }) => eyes)),
    ];
    return [name, fewest === most ? `${most}` : `${fewest} to ${most}`, ...cells.map(({ auc }) => auc)];
  });
  return markdownTable(['ratio', 'eyes', ...Object.keys(fusions)], rows);
}
