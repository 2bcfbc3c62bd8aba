/** A way in which raters are divided. */
export interface Split {
  /** Whether each rater has it inside, in their order. */
  inside: boolean[];
  /** Of how many pixels. */
  pixels: number;
}

/** How raters are divided where they are not of one mind, the most frequent way first. */
export function splitsOf(masks: readonly Uint8Array[]): Split[] {
  const counts = new Map<string, number>();
  for (let i = 0; i < (masks[0]?.length ?? 0); i++) {
    if (masks.every((mask) => mask[i] === masks[0]![i])) continue;
    const key = masks.map((mask) => mask[i]).join('');
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts]
    .map(([key, pixels]) => ({ inside: Array.from(key, (vote) => vote === '1'), pixels }))
    .sort((a, b) => b.pixels - a.pixels);
}
