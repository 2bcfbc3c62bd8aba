import { type Dataset, type FolderOptions, folder, type OpenAnyOptions, openAny } from '@diff/datasets';
import { UserError } from '../user-error.js';

/** How to find masks, images and diagnoses in a folder that has no published layout. */
export interface DataFlags {
  images?: string;
  masks?: string[];
  labels?: string;
  columns?: string[];
  yes?: string[];
  no?: string[];
  above?: number;
  soft?: boolean;
  slice?: number;
  slices?: OpenAnyOptions['slices'];
  structures?: string[];
  raters?: string[];
}

/** Opens a folder by the patterns that were given, or by its published layout. */
export async function openData(
  root: string,
  flags: DataFlags,
  { slices = flags.slices, ...loader }: OpenAnyOptions = {},
): Promise<Dataset> {
  const { structures, raters } = flags;
  const options = { ...loader, ...(structures && { structures }), ...(raters && { raters }) };
  const byPatterns = flags.masks ?? flags.images;
  if (byPatterns && flags.slices)
    throw new UserError('--slices belongs to LIDC, without --masks or --images');
  if (!byPatterns) {
    const orphan = (['labels', 'columns', 'yes', 'no', 'above', 'soft', 'slice'] as const).find(
      (name) => flags[name] !== undefined,
    );
    if (orphan) throw new UserError(`--${orphan} belongs to --masks or --images, which say where files are`);
  }
  try {
    if (byPatterns) return await folder(root, { ...options, ...patterns(flags) });
    return await openAny(root, { ...options, ...(slices && { slices }) });
  } catch (error) {
    // A TypeError is a fault of this program, all else one of the folder or of what was asked of it.
    if (!(error instanceof Error) || error instanceof TypeError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new UserError(`there is no folder ${root}`);
    const hint = byPatterns ? '' : "; --masks '{id}_{rater}.png' or the like says where masks are";
    throw new UserError(`${error.message.replace(/^\w+: /, '')}${hint}`);
  }
}

function patterns(flags: DataFlags): FolderOptions {
  const { images, masks, labels, yes, no, above, soft, slice } = flags;
  return {
    ...(images && { image: images }),
    ...(masks && { mask: maskPatterns(masks) }),
    ...(labels && { label: { file: labels, id: 'id', diagnosis: 'diagnosis', ...columns(flags.columns) } }),
    ...(soft && { degrees: true }),
    ...(above !== undefined && { above }),
    ...(yes && { yes: lower(yes) }),
    ...(no && { no: lower(no) }),
    ...(slice !== undefined && { slice }),
  };
}

const lower = (words: string[]) => words.map((word) => word.toLowerCase());

function maskPatterns(masks: string[]): string | Record<string, string> {
  const named = masks.map((text) => /^([^={}/]+)=(.+)$/.exec(text));
  if (masks.length === 1 && !named[0]) return masks[0]!;
  const nameless = masks.find((_, i) => !named[i]);
  if (nameless !== undefined)
    throw new UserError(
      `--masks ${nameless}: of several patterns each must name its structure, name=pattern`,
    );
  return Object.fromEntries(named.map((found) => [found![1], found![2]!]));
}

function columns(given: string[] = []): Record<string, string> {
  return Object.fromEntries(
    given.map((text) => {
      const found = /^(id|diagnosis|patient|split)=(.+)$/.exec(text);
      if (!found) throw new UserError(`--columns ${text}: expected id=…, diagnosis=…, patient=… or split=…`);
      return [found[1]!, found[2]!];
    }),
  );
}
