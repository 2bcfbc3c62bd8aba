import { UserError } from '../user-error.js';

/**
 * What a case, structure or rater is called in file names: whatever is not a letter, digit, dot, dash or underscore becomes
 * an underscore. The loader's own folder layout is named alike.
 */
export const fileNameOf = (id: string) => id.replace(/[^\p{L}\p{N}_.-]/gu, '_').replace(/^\./, '_');

/** Refuses ids that would be written over each other. */
export function checkFileNames(ids: readonly string[]): void {
  const names = new Map<string, string>();
  for (const id of ids) {
    // Some file systems do not tell capitals from small letters.
    const name = fileNameOf(id).toLowerCase();
    const other = names.get(name);
    if (other !== undefined)
      throw new UserError(`"${other}" and "${id}" would both be written to files called ${fileNameOf(id)}`);
    names.set(name, id);
  }
}
