import { type Case, phantom } from '@diff/datasets/phantom';
import type { Settings } from '../settings.js';

export type PhantomSettings = Pick<Settings, 'kind' | 'seed' | 'index' | 'size'>;

/** The phantom that settings name. Every second is ill, so that both are soon seen. */
export async function phantomOf({ kind, seed, index, size }: PhantomSettings): Promise<Case> {
  const drawn = phantom(kind, { cases: index + 1, seed, size, prevalence: 0.5 });
  const { id } = drawn.entries.at(-1)!;
  for await (const one of drawn.filter((entry) => entry.id === id).cases()) return one;
  throw new Error(`there is no case ${id}`);
}
