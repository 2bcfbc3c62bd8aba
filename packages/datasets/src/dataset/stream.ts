/** A seeded source of random numbers: sfc32 (Doty-Humphrey), which passes PractRand and needs 16 bytes of state. */
export interface Stream {
  /** Uniform in [low, high). Default: [0, 1). */
  uniform(low?: number, high?: number): number;
  /** Normal by the Box–Muller transform. Default: mean 0, standard deviation 1. */
  normal(mean?: number, deviation?: number): number;
  /** True with the given probability. */
  chance(probability: number): boolean;
}

/**
 * The stream that belongs to a key. Streams of different keys are independent of each other, so each thing that
 * is drawn (the patient, the picture, one rater's hand) has its own and none depends on what was drawn before it.
 */
export function stream(...key: (string | number)[]): Stream {
  const next = sfc32(key.join('/'));
  let spare: number | undefined;
  const gaussian = () => {
    if (spare !== undefined) {
      const kept = spare;
      spare = undefined;
      return kept;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - next()));
    const angle = 2 * Math.PI * next();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  return {
    uniform: (low = 0, high = 1) => low + (high - low) * next(),
    normal: (mean = 0, deviation = 1) => mean + deviation * gaussian(),
    chance: (probability) => next() < probability,
  };
}

function sfc32(key: string): () => number {
  let [a, b, c] = [hash(key, 0x9e3779b9), hash(key, 0x243f6a88), hash(key, 0xb7e15162)];
  let counter = 1;
  const next = () => {
    const sum = (a + b + counter++) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 4294967296;
  };
  for (let i = 0; i < 12; i++) next();
  return next;
}

/** MurmurHash3's mixing of a string into 32 bits. */
function hash(text: string, seed: number): number {
  let h = seed;
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 0xcc9e2d51);
    h = (h << 13) | (h >>> 19);
    h = (Math.imul(h, 5) + 0xe6546b64) | 0;
  }
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
