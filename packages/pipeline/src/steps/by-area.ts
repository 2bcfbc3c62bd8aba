import type { Mask } from '@diff/datasets';

/** What the raters of anonymous readers are called: places in the order of their masks' areas, the smallest first. */
export const rankNames = (raters: number): string[] =>
  Array.from({ length: raters }, (_, i) => `rank ${i + 1}`);

/**
 * The masks of one structure of a case by rank, the smallest first; of equal ones in the order in which they are given. Where there are
 * fewer masks than raters, the last ranks are missing.
 */
export function byArea(masks: Readonly<Record<string, Mask>>): Record<string, Mask> {
  const sorted = Object.values(masks)
    .map((mask) => ({ mask, area: areaOf(mask) }))
    .sort((a, b) => a.area - b.area);
  const names = rankNames(sorted.length);
  return Object.fromEntries(sorted.map(({ mask }, i) => [names[i]!, mask]));
}

function areaOf(mask: Mask): number {
  let area = 0;
  for (const value of mask) area += value;
  return area;
}
