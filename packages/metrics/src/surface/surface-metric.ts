import { binarise, checkGeometry, type Geometry } from '../geometry.js';
import { average, checkEither, checkLabels, type LabelScores } from '../labels.js';
import { checkPair, checkReturned, type Numbers, orEmpty } from '../numbers.js';
import { itself, sum } from '../statistics/sum.js';

export interface SurfaceOptions extends Geometry {
  /** A value belongs to a mask where it is `> threshold`; 0.5 by default, where label maps are refused. */
  threshold?: number;
  /** What to return where both masks are empty. */
  bothEmpty?: number;
  /** What to return where one mask is empty and the other is not. */
  oneEmpty?: number;
}

export interface SurfaceLabelOptions extends Omit<SurfaceOptions, 'threshold'> {
  /** Labels to compare, each against all other values: the maps hold labels, not masks. */
  labels: readonly number[];
}

const KNOWN = ['shape', 'spacing', 'threshold', 'bothEmpty', 'oneEmpty', 'labels'];

/**
 * Any metric that needs geometry, of two masks or of every label of two maps: `of` sees masks of 0 and 1 that both hold
 * something, and the checked geometry.
 */
export function surfaceMetric(
  caller: string,
  prediction: Numbers,
  reference: Numbers,
  options: SurfaceOptions & Partial<SurfaceLabelOptions>,
  of: (
    prediction: Uint8Array,
    reference: Uint8Array,
    shape: readonly number[],
    spacing: readonly number[],
  ) => number,
  more: { known?: readonly string[]; bothEmpty?: number; oneEmpty?: number } = {},
): number | LabelScores {
  checkPair(caller, 'prediction', prediction, 'reference', reference);
  checkEither(caller, options, [...KNOWN, ...(more.known ?? [])]);
  const { shape, threshold, labels, bothEmpty = more.bothEmpty, oneEmpty = more.oneEmpty } = options ?? {};
  checkReturned(caller, 'bothEmpty', bothEmpty);
  checkReturned(caller, 'oneEmpty', oneEmpty);
  const spacing = checkGeometry(caller, prediction.length, { ...options });
  const instead = '`labels` or `threshold`';
  const sizes: number[] = [];
  const score = (label?: number) => {
    const a = binarise(caller, 'prediction', prediction, threshold, label, instead);
    const b = binarise(caller, 'reference', reference, threshold, label, instead);
    if (labels) sizes.push(sum(b, itself));
    const [inA, inB] = [a.includes(1), b.includes(1)];
    if (inA && inB) return of(a, b, shape, spacing);
    const whose = label === undefined ? '' : ` for label ${label}`;
    return inA || inB
      ? orEmpty(caller, oneEmpty, `${inA ? 'reference' : 'prediction'} is an empty mask${whose}`, 'oneEmpty')
      : orEmpty(caller, bothEmpty, `both masks are empty${whose}`, 'bothEmpty');
  };
  if (labels === undefined) return score();
  return average(
    labels,
    checkLabels(caller, labels).map((label) => score(label)),
    sizes,
  );
}
