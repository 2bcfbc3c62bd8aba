/** The name nearest to `name` by edits, letter case aside, or `undefined` where none is near. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  if (name.length > 40) return undefined;
  let best: string | undefined;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of names) {
    const distance = edits(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

/** Levenshtein's distance. */
function edits(a: string, b: string): number {
  const row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 0; i < a.length; i++) {
    let diagonal = row[0]!++;
    for (let j = 0; j < b.length; j++) {
      const cost = diagonal + +(a[i] !== b[j]);
      diagonal = row[j + 1]!;
      row[j + 1] = Math.min(cost, diagonal + 1, row[j]! + 1);
    }
  }
  return row[b.length]!;
}
