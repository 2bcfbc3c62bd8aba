import { type Dataset, type OpenAnyOptions, openAny } from '@diff/datasets';
import { UserError } from '../user-error.js';

/** Where images, masks and diagnoses are in a folder of one's own, and how they are read: flags, and settings of `data`. */
export interface DataFlags {
  images?: string;
  /** A pattern, or several that each name their structure: `disc=disc/{id}_{rater}.png`. */
  masks?: string | string[];
  labels?: string;
  /** The column of patients in that table. */
  patients?: string;
  /** Its columns by what they hold. */
  columns?: { id?: string; diagnosis?: string; patient?: string; split?: string };
  yes?: string[];
  no?: string[];
  above?: number;
  /** Masks are degrees. */
  soft?: boolean;
  /** Of masks with several labels, the one that is inside; of outlines its name. */
  class?: number | string;
  /** Of masks with several labels, their names, as `disc` and `cup` for 1 and 2, or each with its number: `disc=3`. */
  classes?: string[];
  /** Has masks that lie elsewhere than their image resampled, or taken as they are stored. */
  resample?: 'nearest' | 'index';
  /** What becomes of NaN in files of floats. */
  nan?: 'outside';
  slice?: number;
  slices?: OpenAnyOptions['slices'];
  structures?: string[];
  raters?: string[];
  /** Volumes in one piece. */
  volume?: boolean;
}

/** The settings that say where files are, and mean nothing without a folder. */
export const patternNames = [
  ...['images', 'masks', 'labels', 'patients', 'columns'],
  ...['yes', 'no', 'above', 'soft', 'class', 'classes', 'nan', 'slice'],
] as const;

/**
 * Opens a folder by the patterns that were given, by its manifest, or by its published layout.
 *
 * @param loader What the loader is asked for beside.
 * @throws UserError where there is no such folder, or nothing in it that was asked for.
 */
export async function openData(
  root: string,
  flags: DataFlags,
  { slices: usual, ...loader }: OpenAnyOptions = {},
): Promise<Dataset> {
  const { images, masks, labels, patients, columns, yes, no, above, soft, slice, structures, raters } = flags;
  const { classes, resample, nan, volume } = flags;
  const byPatterns = masks !== undefined || images !== undefined;
  const options: OpenAnyOptions = defined({
    ...loader,
    ...{ images, masks, labels, patients, columns, above, class: flags.class, slice },
    ...(structures && { structures }),
    ...(raters && { raters }),
    yes: yes && lower(yes),
    no: no && lower(no),
    degrees: soft,
    ...{ classes: classes && numbersOf(classes), grid: resample, nan, volume: volume || undefined },
    slices: flags.slices ?? (byPatterns ? undefined : usual),
  });
  try {
    return await openAny(root, options);
  } catch (error) {
    // A TypeError is a fault of this program, all else one of the folder or of what was asked of it.
    if (!(error instanceof Error) || error instanceof TypeError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new UserError(`there is no folder ${root}`);
    throw new UserError(error.message.replace(/^\w+: /, ''));
  }
}

/** Classes by name. @throws UserError where some have a number and others none, or one is no number. */
export function numbersOf(classes: readonly string[]): Record<string, number> {
  const parts = classes.map((text) => /^(.+)=(\d+)$/.exec(text));
  const numbered = parts.filter(Boolean).length;
  const strange = classes.find((text, i) => !parts[i] && text.includes('='));
  if (strange !== undefined || (numbered > 0 && numbered < classes.length))
    throw new UserError(
      `--classes has ${strange ?? classes.find((_, i) => !parts[i])}, expected names alone, or name=number of each`,
    );
  const named = classes.map((text, i) => [parts[i]?.[1] ?? text, Number(parts[i]?.[2] ?? i + 1)] as const);
  const twice = named.find(([name], i) => named.findIndex(([other]) => other === name) !== i);
  if (twice) throw new UserError(`--classes has ${twice[0]} twice`);
  return Object.fromEntries(named);
}

const lower = (words: string[]) => words.map((word) => word.toLowerCase());

/** Without what is not given. */
const defined = <T extends object>(options: { [K in keyof T]: T[K] | undefined }) =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
