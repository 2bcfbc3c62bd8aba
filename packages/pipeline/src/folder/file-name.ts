/**
 * A file name for any text (an id, a structure, an arm), and never the same for two: what a file system could take amiss
 * (separators, wildcards, `%` itself, a first or last dot or space) becomes `%` and its UTF-8 bytes. `decodeURIComponent`
 * gives the text back.
 */
export const fileName = (text: string): string =>
  text.replace(/[^\w &+=,()@.-]|^[. ]|[. ]$/gu, (character) =>
    [...new TextEncoder().encode(character)]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  );

/** The folder of a round in a run's. */
export const roundName = (round: number): string => `round-${round}`;

/** The file of a model in a round's folder, by the name of the network. */
export const modelFile = (name: string): string => `models/${fileName(name)}.safetensors`;
