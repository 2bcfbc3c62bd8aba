import { type Labels, ratersOf } from './labels.js';

/**
 * The masks of one rater, drawn for every image and step among those who outlined a structure. All structures of an image
 * take the same rater, as far as that rater outlined them; the others take the next in a random order.
 */
export function randomRater(): Labels {
  return {
    config: { name: 'randomRater' },
    draw(example, random) {
      const raters = ratersOf('randomRater', example);
      const order = random.permutation(raters[0]!.length);
      return raters.map((masks) => masks[order.find((rater) => masks[rater] !== null)!]!);
    },
  };
}
