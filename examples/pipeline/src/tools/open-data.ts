import { type Dataset, type FolderOptions, folder, type OpenAnyOptions, openAny } from '@diff/datasets';
import { type Command, Option } from 'commander';
import { numberWithin, wholeNumber } from '../commands/option-values.js';
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

export const dataOptions = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--masks <pattern...>',
        "where masks are, in a folder of your own: '{id}_{rater}.png', 'masks/{structure}/{rater}/{id}.png', or one a structure: 'disc=disc/{id}_{rater}.png'",
      ),
    )
    .addOption(new Option('--images <pattern>', "where images are: 'images/{id}.{png,jpg}'"))
    .addOption(new Option('--labels <file>', 'a CSV or XLSX table of diagnoses, within the folder'))
    .addOption(
      new Option(
        '--columns <what=name...>',
        'columns of that table, by default id=id diagnosis=diagnosis; patient=… and split=… where it has them',
      ),
    )
    .addOption(new Option('--yes <word...>', 'words in it that mean ill, beside 1'))
    .addOption(new Option('--no <word...>', 'words in it that mean healthy, beside 0'))
    .addOption(
      new Option(
        '--above <level>',
        'a pixel is inside where its level is above this (default: 127)',
      ).argParser(numberWithin(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)),
    )
    .addOption(
      new Option('--soft', 'masks are degrees, level / 255, not inside or outside').conflicts('above'),
    )
    .addOption(
      new Option('--slice <number>', 'of volumes, which slice to take, from 0').argParser(wholeNumber(0)),
    )
    .addOption(slicesOption())
    .addOption(new Option('--structures <name...>', 'these alone'))
    .addOption(new Option('--raters <name...>', 'these alone'));

export const slicesOption = () =>
  new Option('--slices <which>', 'of LIDC: the middle slice of each nodule, or every one').choices([
    'middle',
    'all',
  ]);

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
  const value = soft ? soften : above === undefined ? undefined : (level: number) => level > above;
  return {
    ...(images && { image: images }),
    ...(masks && { mask: maskPatterns(masks) }),
    ...(labels && { label: { file: labels, id: 'id', diagnosis: 'diagnosis', ...columns(flags.columns) } }),
    ...(value && { value }),
    ...(yes && { yes: lower(yes) }),
    ...(no && { no: lower(no) }),
    ...(slice !== undefined && { slice }),
  };
}

const soften = (level: number) => Math.min(1, Math.max(0, level / 255));
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
