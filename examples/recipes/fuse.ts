// Three opinions on one lesion: fuse them, and see who drew it as the others did.
import { rankRaters, staple } from '@diff/fusion';

const draw = (...rows: string[]) => Uint8Array.from(rows.join(''), (mark) => (mark === '#' ? 1 : 0));
const masks = [
  draw('........', '..###...', '..####..', '...##...', '........'),
  draw('........', '..####..', '..####..', '..###...', '........'),
  draw('.####...', '.#####..', '.#####..', '.####...', '..##....'),
];

const { probability, converged, iterations } = staple(masks);

console.log(`fused after ${iterations} iterations${converged ? '' : ' (not converged)'}:`);
for (let row = 0; row < 5; row++)
  console.log([...probability.subarray(8 * row, 8 * row + 8)].map((p) => (p > 0.5 ? '#' : '.')).join(''));
for (const { rater, dice } of rankRaters(masks, probability))
  console.log(`rater ${rater}: Dice ${dice.value.toFixed(2)} with the fusion`);
