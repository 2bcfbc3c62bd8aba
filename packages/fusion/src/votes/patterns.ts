import { check } from '@diff/checks';
import { packBytes } from './byte-planes.js';
import { bytesOf } from './numbers.js';
import { hasHoles, isMissing, type Panel, type Rater } from './panel.js';
import { groupRows, type RowGroups } from './rows.js';

/** No vote, in `VotePatterns.votes`. */
export const NO_VOTE = 2;

/**
 * The vote patterns that a panel of n raters shows, and how often: at most 2ⁿ (3ⁿ with missing votes), so
 * whatever a method does with a pixel's votes alone it does once a pattern, however large the image.
 */
export interface VotePatterns extends RowGroups {
  raters: number;
  /** [K, raters] 0, 1 or `NO_VOTE`. */
  votes: Uint8Array;
  /** [K] 1 if the pattern is one of pixels inside the region. */
  inside: Uint8Array;
}

/** Groups pixels by their votes, and by whether they lie in `region` (bytes 0 and 1; everywhere without one). */
export function votePatterns(panel: Panel, region?: Uint8Array): VotePatterns {
  const ballots = panel.raters.map((rater) => ballotOf(panel, rater));
  const holes = ballots.flatMap(({ missing }) => missing ?? []);
  const bits = [...ballots.map(({ votes }) => votes), ...(region ? [region] : []), ...holes];
  const planes = packBytes(bits, panel.length) ?? refuse(panel);
  const groups = groupRows(planes, panel.length);

  const patterns = groups.occurring.length;
  const raters = ballots.length;
  const bit = (k: number, b: number) => (groups.rows[k * planes.length + (b >> 3)]! >> (b & 7)) & 1;
  const votes = new Uint8Array(patterns * raters);
  const inside = new Uint8Array(patterns);
  for (let k = 0; k < patterns; k++) {
    let hole = raters + (region ? 1 : 0);
    for (let i = 0; i < raters; i++)
      votes[k * raters + i] = ballots[i]!.missing && bit(k, hole++) ? NO_VOTE : bit(k, i);
    inside[k] = region ? bit(k, raters) : 1;
  }
  return { ...groups, raters, votes, inside };
}

/** The bytes of a rater's votes, 0 where missing; anything that is not 0 or 1 is left to `packBytes` to find. */
function ballotOf(panel: Panel, rater: Rater): { votes: Uint8Array; missing?: Uint8Array } {
  const holes = hasHoles(panel, rater);
  const bytes = bytesOf(rater.mask);
  if (bytes && !holes) return { votes: bytes };
  const votes = new Uint8Array(panel.length);
  const missing = new Uint8Array(holes ? panel.length : 0);
  for (let j = 0; j < panel.length; j++) {
    const value = rater.mask[j]!;
    if (holes && isMissing(panel, rater, j)) missing[j] = 1;
    else votes[j] = value === 0 || value === 1 ? value : 255;
  }
  return holes ? { votes, missing } : { votes };
}

function refuse(panel: Panel): never {
  for (const rater of panel.raters)
    for (let j = 0; j < panel.length; j++) {
      const value = rater.mask[j]!;
      if (value !== 0 && value !== 1 && !isMissing(panel, rater, j))
        check(false, panel.name, `masks[${rater.index}][${j}]`, value, '0 or 1');
    }
  throw new Error(`${panel.name}: the masks changed while they were read`);
}
