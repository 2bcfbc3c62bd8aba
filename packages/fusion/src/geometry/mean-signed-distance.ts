import { checkNumber, checkShape } from '@diff/checks';
import { numbersOf } from '../votes/numbers.js';
import { type Panel, panelOf } from '../votes/panel.js';
import { voteWeights } from '../votes/weights.js';
import { signedDistance } from './signed-distance.js';

export interface GridOptions {
  /** Extents of the arrays, slowest axis first: [height, width], [depth, height, width], ... */
  shape: readonly number[];
  /** Distance between pixels along each axis, from 1e-100 to 1e100. Default: 1 along each. */
  spacing?: readonly number[];
  /** One weight per rater, 0 or more, of any sum but 0. Default: equal. */
  weights?: readonly number[];
}

export interface ShapePanel {
  panel: Panel;
  shape: readonly number[];
  spacing: readonly number[];
  /** The weights of the raters who are there. */
  weights: number[];
}

export function shapePanel(name: string, masks: unknown, options: GridOptions, what = 'masks'): ShapePanel {
  const { shape, spacing, weights } = options ?? {};
  const panel = panelOf(name, masks, undefined, 1, what);
  checkShape(name, 'shape', shape, panel.length);
  const steps =
    spacing === undefined
      ? shape.map(() => 1)
      : Array.from(numbersOf(name, 'spacing', spacing, shape.length));
  steps.forEach((step, axis) => {
    checkNumber(name, `spacing[${axis}]`, step, 1e-100, 1e100); // whose squares are neither 0 nor infinite
  });
  return { panel, shape, spacing: steps, weights: voteWeights(panel, weights) };
}

/** The raters' weighted mean signed distance to the border of a label. */
export function meanSignedDistance(
  { panel, shape, spacing, weights }: ShapePanel,
  label: number,
): Float64Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = new Float64Array(panel.length);
  panel.raters.forEach(({ mask }, i) => {
    const share = weights[i]! / total;
    if (share === 0) return;
    const distance = signedDistance((j) => mask[j] === label, shape, spacing);
    for (let j = 0; j < mean.length; j++) mean[j]! += share * distance[j]!;
  });
  return mean;
}
