import { describe, expect, test } from 'vitest';
import { aucOf } from './fixtures/auc-of.js';
import { annotated } from './phantom-case.js';
import type { PhantomKind } from './phantom-kind.js';
import { phantomModel, predictedAuc } from './phantom-model.js';
import { raterCharacters } from './rater-characters.js';

const kinds: PhantomKind[] = ['fundus', 'thyroid', 'skin', 'lung'];
const size = 64;
const cases = 1200;

type Masks = Record<string, ArrayLike<number>>;

/** What each phantom is diagnosed by, measured on pixels. */
const measured: Record<PhantomKind, (masks: Masks) => number> = {
  fundus: ({ cup, disc }) => verticalDiameter(cup!) / verticalDiameter(disc!),
  thyroid: ({ nodule }) => verticalDiameter(nodule!, 'extent') / horizontalExtent(nodule!),
  skin: ({ lesion }) => ellipseMisfit(lesion!),
  lung: ({ nodule }) => Math.sqrt(area(nodule!)),
};

for (const kind of kinds) {
  describe(`The ${kind} phantom`, () => {
    const model = phantomModel(kind, { size, seed: 11, prevalence: 0.5 });
    const drawn = Array.from({ length: cases }, (_, index) => annotated(model, index));
    const aucOfMasks = (masksOf: (c: (typeof drawn)[number]) => Masks | undefined) => {
      const scores: [number, number][] = [];
      for (const c of drawn) {
        const masks = masksOf(c);
        if (masks) scores.push([c.diagnosis, measured[kind](masks)]);
      }
      return logisticAuc(scores);
    };
    const raterMasks = (name: string) => (c: (typeof drawn)[number]) => {
      const masks = Object.entries(c.annotations).map(([structure, by]) => [structure, by[name]] as const);
      return masks.every(([, mask]) => mask) ? (Object.fromEntries(masks) as Masks) : undefined;
    };

    test('lets a logistic model on its true masks reach the AUC that the causal model predicts', () => {
      const { auc, error } = aucOfMasks((c) => c.truth.masks);
      expect(Math.abs(auc - predictedAuc(kind, 'truth'))).toBeLessThan(1.96 * error);
    });

    test.each(raterCharacters[kind])(
      'gives the masks of $name the worth that the causal model predicts',
      ({ name }) => {
        const { auc, error } = aucOfMasks(raterMasks(name));
        expect(Math.abs(auc - predictedAuc(kind, name))).toBeLessThan(3.3 * error);
      },
    );

    test('makes the masks of diagnosis-aware raters the more informative: by 0.05 than the best, by 0.1 than the mean of the others', () => {
      const aware = raterCharacters[kind].filter(({ awareness }) => awareness > 0);
      const others = raterCharacters[kind].filter(({ awareness }) => awareness === 0);
      const aucs = (raters: typeof aware) => raters.map(({ name }) => aucOfMasks(raterMasks(name)).auc);
      const [least, rest] = [Math.min(...aucs(aware)), aucs(others)];
      expect(least - Math.max(...rest)).toBeGreaterThan(0.05);
      expect(least - rest.reduce((a, b) => a + b, 0) / rest.length).toBeGreaterThan(0.1);
    });
  });
}

/** AUC on the second half of a logistic model fitted by Newton's method to the first, with Hanley and McNeil's standard error. */
function logisticAuc(scores: [label: number, score: number][]): { auc: number; error: number } {
  const half = Math.floor(scores.length / 2);
  const { slope, intercept } = logisticFit(scores.slice(0, half));
  const judged = scores
    .slice(half)
    .map(([label, score]) => [label, 1 / (1 + Math.exp(-intercept - slope * score))] as const);
  return aucOf(judged);
}

function logisticFit(data: [number, number][]) {
  const mean = data.reduce((sum, [, x]) => sum + x, 0) / data.length;
  const scale = Math.sqrt(data.reduce((sum, [, x]) => sum + (x - mean) ** 2, 0) / data.length);
  let [a, b] = [0, 0];
  for (let step = 0; step < 25; step++) {
    let [g0, g1, h00, h01, h11] = [0, 0, 1e-9, 0, 1e-9];
    for (const [label, x] of data) {
      const z = (x - mean) / scale;
      const p = 1 / (1 + Math.exp(-a - b * z));
      g0 += label - p;
      g1 += (label - p) * z;
      h00 += p * (1 - p);
      h01 += p * (1 - p) * z;
      h11 += p * (1 - p) * z * z;
    }
    const determinant = h00 * h11 - h01 * h01;
    a += (h11 * g0 - h01 * g1) / determinant;
    b += (h00 * g1 - h01 * g0) / determinant;
  }
  return { slope: b / scale, intercept: a - (b * mean) / scale };
}

function area(mask: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < mask.length; i++) sum += mask[i]!;
  return sum;
}

/** The largest column sum, as the REFUGE evaluation has it, or the height of the box. */
function verticalDiameter(mask: ArrayLike<number>, of: 'columns' | 'extent' = 'columns'): number {
  const columns = new Array<number>(size).fill(0);
  const rows = new Set<number>();
  for (let i = 0; i < mask.length; i++) {
    columns[i % size]! += mask[i]!;
    if (mask[i]) rows.add(Math.floor(i / size));
  }
  return of === 'columns' ? Math.max(...columns) : Math.max(...rows) - Math.min(...rows) + 1;
}

function horizontalExtent(mask: ArrayLike<number>): number {
  const columns = Array.from({ length: mask.length }, (_, i) => i % size).filter((_, i) => mask[i]);
  return Math.max(...columns) - Math.min(...columns) + 1;
}

/** Share of the area that lies between the mask and the ellipse with its second moments. */
function ellipseMisfit(mask: ArrayLike<number>): number {
  const n = area(mask);
  let [mx, my, sxx, sxy, syy] = [0, 0, 0, 0, 0];
  const each = (visit: (x: number, y: number, value: number) => void) => {
    for (let i = 0; i < mask.length; i++) visit(i % size, Math.floor(i / size), mask[i]!);
  };
  each((x, y, v) => {
    mx += (v * x) / n;
    my += (v * y) / n;
  });
  each((x, y, v) => {
    sxx += (v * (x - mx) ** 2) / n;
    sxy += (v * (x - mx) * (y - my)) / n;
    syy += (v * (y - my) ** 2) / n;
  });
  const determinant = sxx * syy - sxy * sxy;
  let misfit = 0;
  each((x, y, v) => {
    const [dx, dy] = [x - mx, y - my];
    const inside = (syy * dx * dx - 2 * sxy * dx * dy + sxx * dy * dy) / determinant < 4 ? 1 : 0;
    misfit += Math.abs(inside - v) / n;
  });
  return misfit;
}
