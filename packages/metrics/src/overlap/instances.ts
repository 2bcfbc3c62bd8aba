import { checkBoolean, checkNumber, checkOptions } from '@diff/checks';
import { binarise, checkGeometry, type Geometry } from '../geometry.js';
import { checkPair, checkReturned, type Numbers } from '../numbers.js';
import { components } from '../shape/components.js';

export interface InstanceOptions extends Omit<Geometry, 'spacing'> {
  /** A value belongs to a mask where it is `> threshold`; 0.5 by default, where label maps are refused. */
  threshold?: number;
  /** An instance is found where the Jaccard index with a predicted one is above this; 0.5 by default. */
  minimumIou?: number;
  /** Whether voxels that touch only at edges or corners belong together; true by default. */
  corners?: boolean;
  /** The scores where neither mask holds an instance; 1 by default. */
  bothEmpty?: number;
}

/** What `instanceScores` gives. */
export interface InstanceScores {
  /** Every pair that was matched: instances by their number, from 1 in the order of their first voxels. */
  matches: { prediction: number; reference: number; jaccard: number; dice: number }[];
  /** Dice coefficient of each reference instance with its match, 0 where it was missed. */
  referenceDice: number[];
  truePositives: number;
  /** Predicted instances without a match. */
  falsePositives: number;
  /** Reference instances without a match. */
  falseNegatives: number;
  /** Detection F1, 2·TP / (2·TP + FP + FN): the recognition quality of panoptic quality. */
  f1: number;
  /** Mean Jaccard index of the matches; 0 without one. */
  segmentationQuality: number;
  /** Panoptic quality, `f1` · `segmentationQuality`. */
  panopticQuality: number;
  /** Lesion-wise Dice, Σ Dice of the matches / (TP + FP + FN): missed and invented instances count 0. */
  lesionDice: number;
}

/**
 * Scores of instances: the connected components of two masks, matched one to one where their Jaccard index is above
 * `minimumIou`, the best pairs first. At 0.5 or more a component has at most one partner, whatever the order. Scores are from
 * 0 to 1, and 0 where only one mask holds instances. `shape` of any number of axes.
 *
 * @throws RangeError for label maps without a `threshold`, a `shape` that does not fit, a `minimumIou` outside [0, 1], and
 * values that are not finite
 * @see Kirillov et al., *Panoptic segmentation*, CVPR 2019; lesion-wise Dice as in the BraTS 2023 challenges, which also
 * merge what lies close together
 */
export function instanceScores(
  prediction: Numbers,
  reference: Numbers,
  options: InstanceOptions,
): InstanceScores {
  const caller = 'instanceScores';
  checkPair(caller, 'prediction', prediction, 'reference', reference);
  checkOptions(caller, options, ['shape', 'threshold', 'minimumIou', 'corners', 'bothEmpty']);
  const { shape, threshold, minimumIou = 0.5, corners = true, bothEmpty = 1 } = options ?? {};
  checkGeometry(caller, prediction.length, { shape });
  checkNumber(caller, 'minimumIou', minimumIou, 0, 1);
  checkBoolean(caller, 'corners', corners);
  checkReturned(caller, 'bothEmpty', bothEmpty);
  const a = components(binarise(caller, 'prediction', prediction, threshold), shape, corners);
  const b = components(binarise(caller, 'reference', reference, threshold), shape, corners);
  const matches = match(a, b, minimumIou);
  const referenceDice = new Array<number>(b.count).fill(0);
  let jaccards = 0;
  let dices = 0;
  for (const { reference: k, jaccard, dice } of matches) {
    referenceDice[k - 1] = dice;
    jaccards += jaccard;
    dices += dice;
  }
  const truePositives = matches.length;
  const all = a.count + b.count;
  const or = (value: number) => (all ? value : bothEmpty);
  return {
    matches,
    referenceDice,
    truePositives,
    falsePositives: a.count - truePositives,
    falseNegatives: b.count - truePositives,
    f1: or((2 * truePositives) / all),
    segmentationQuality: or(jaccards / (truePositives || 1)),
    panopticQuality: or((2 * jaccards) / all),
    lesionDice: or(dices / (all - truePositives)),
  };
}

interface Components {
  map: Int32Array;
  count: number;
}

function match(a: Components, b: Components, minimum: number): InstanceScores['matches'] {
  const sizes = ({ map, count }: Components) => {
    const counts = new Float64Array(count + 1);
    for (let i = 0; i < map.length; i++) counts[map[i]!]!++;
    return counts;
  };
  const [sizesA, sizesB] = [sizes(a), sizes(b)];
  const shared = new Map<number, number>();
  for (let i = 0; i < a.map.length; i++) {
    if (!a.map[i] || !b.map[i]) continue;
    const key = a.map[i]! * (b.count + 1) + b.map[i]!;
    shared.set(key, (shared.get(key) ?? 0) + 1);
  }
  const pairs = [...shared].map(([key, both]) => {
    const prediction = Math.floor(key / (b.count + 1));
    const reference = key % (b.count + 1);
    const sum = sizesA[prediction]! + sizesB[reference]!;
    return { prediction, reference, jaccard: both / (sum - both), dice: (2 * both) / sum };
  });
  pairs.sort((p, q) => q.jaccard - p.jaccard || p.reference - q.reference || p.prediction - q.prediction);
  const [usedA, usedB] = [new Set<number>(), new Set<number>()];
  return pairs.filter(({ prediction, reference, jaccard }) => {
    if (jaccard <= minimum || usedA.has(prediction) || usedB.has(reference)) return false;
    usedA.add(prediction);
    usedB.add(reference);
    return true;
  });
}
