import type { Figure4Row } from './cell.js';

/** Rows of one task, seed, protocol and fusion as one, with what each of them has of the judges. */
export function merged(rows: readonly Figure4Row[]): Figure4Row[] {
  const found = new Map<string, Figure4Row>();
  for (const row of rows) {
    const key = [row.task, row.seed, row.protocol, row.fusion].join();
    const before = found.get(key);
    found.set(key, before ? { ...before, auc: { ...before.auc, ...row.auc } } : row);
  }
  return [...found.values()];
}
