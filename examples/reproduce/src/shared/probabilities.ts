/** Logits [H·W, structures] → a probability map per structure. */
export function probabilities(logits: Float32Array, structures: number): Float32Array[] {
  return Array.from({ length: structures }, (_, s) =>
    Float32Array.from(
      { length: logits.length / structures },
      (_, i) => 1 / (1 + Math.exp(-logits[i * structures + s]!)),
    ),
  );
}
