// pure-rand: a small, dependency-free generator (also under fast-check); Math.random takes no seed.
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** A seeded stream of random numbers. */
export interface Random {
  /** Uniform in [low, high). */
  uniform(low?: number, high?: number): number;
  /** Standard normal. */
  normal(): number;
  /** Uniform in 0 … below − 1. */
  integer(below: number): number;
  /** A random order of 0 … length − 1 (Fisher-Yates). */
  permutation(length: number): Int32Array;
}

/**
 * The stream that belongs to the integers `keys`, say (seed, epoch, step). Streams of different keys are
 * independent, so that nothing but the keys has to be stored to go on where a run stopped.
 */
export function randomStream(...keys: number[]): Random {
  const generator = xoroshiro128plusFromState([0, 1, 2, 3].map((word) => keys.reduce(mix, word)));
  const uniform = (low = 0, high = 1) => low + (high - low) * uniformFloat64(generator);
  const integer = (below: number) => Math.floor(uniform(0, below));
  return {
    uniform,
    integer,
    // Box-Muller; 1 − u because uniform() may be 0.
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    permutation(length) {
      const order = Int32Array.from({ length }, (_, i) => i);
      for (let i = length - 1; i > 0; i--) {
        const j = integer(i + 1);
        [order[i], order[j]] = [order[j]!, order[i]!];
      }
      return order;
    },
  };
}

/** One round of MurmurHash3 with its finaliser: every bit of `key` reaches every bit of the result. */
function mix(hash: number, key: number): number {
  let k = Math.imul(key | 0, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  let h = hash ^ k;
  h = (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
