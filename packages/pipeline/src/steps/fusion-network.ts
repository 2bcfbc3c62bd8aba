import {
  expertnessOf,
  type Fusion,
  type MultiRaterEntry,
  type MultiRaterOptions,
  multiRaterNetworks,
  networkNamed,
} from '@diff/networks/multi-rater';
import type { Example, RaterMask } from '@diff/train';
import { type NetworkLabel, networkOf } from '../config/fusions.js';
import type { RaterSkill } from '../folder/results.js';

/** An untrained network that learns to fuse, what it is trained for, and what it can be asked. */
export function makeFusionNetwork(label: NetworkLabel, options: MultiRaterOptions) {
  const { make, task, predictor } = networkNamed<MultiRaterEntry>(multiRaterNetworks, networkOf(label));
  return { model: make(options), task: task(options), predictor };
}

interface Outlined {
  id: string;
  image: Example['image'];
  annotations: Readonly<Record<string, Readonly<Record<string, RaterMask>>>>;
}

/** Cases as examples that carry every rater's mask. A structure that nobody outlined is empty and counts in no loss. */
export const ratersOf = (
  { id, image, annotations }: Outlined,
  { structures, raters }: { structures: readonly string[]; raters: readonly string[] },
): Example => {
  const all = structures.map((structure) => raters.map((rater) => annotations[structure]?.[rater] ?? null));
  const pixels = image.height * image.width;
  const masks = all.map((each) => {
    const there = each.filter((mask) => mask !== null);
    return Float32Array.from({ length: pixels }, (_, i) =>
      there.reduce((sum, mask) => sum + mask[i]! / there.length, 0),
    );
  });
  return { id, image, masks, raters: all };
};

/** What was learned of every rater, from the fusion of any case. */
export const skillsOf = (
  { confusion }: Pick<Fusion, 'confusion'>,
  { structures, raters }: { structures: readonly string[]; raters: readonly string[] },
): RaterSkill[] =>
  structures.flatMap((structure, s) => {
    const expertness = expertnessOf(confusion[s]!);
    return raters.map((rater, r) => {
      const [specificity, , , sensitivity] = confusion[s]![r] as [number, number, number, number];
      return { structure, rater, sensitivity, specificity, expertness: expertness[r]! };
    });
  });
