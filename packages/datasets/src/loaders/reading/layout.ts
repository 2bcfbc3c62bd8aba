import { checkString, fail } from '@diff/checks';
import { createDataset, type Dataset } from '../../dataset/dataset.js';
import type { Entry } from '../../dataset/entry.js';
import { DataError, type Problem } from '../../dataset/problem.js';
import { PIXEL_LIMIT, type RasterLimits } from '../../images/raster.js';
import type { FileEntry } from './file-entry.js';
import { loadCase } from './load-case.js';
import { checkLoaderOptions, type LoaderOptions } from './options.js';
import { listTree, natural, type Tree } from './tree.js';

/** One way in which a data set lies on disk. */
export interface Layout<O extends LoaderOptions = LoaderOptions> {
  name: string;
  /** The names of its options, beside those of every loader. */
  options?: readonly string[];
  /** What the tree must hold, for the message when nothing of it is found. */
  expects: string;
  /** Whether a tree looks like it: by its paths, or where these do not tell, by what a few of its files begin with. */
  recognises(tree: Tree): boolean | Promise<boolean>;
  /** Finds the cases without decoding any. */
  list(tree: Tree, options: O): Promise<Listing>;
}

export interface Listing {
  entries: FileEntry[];
  problems: Problem[];
  structures: readonly string[];
  /**
   * Who should have outlined every structure of every case, or a structure of a case; absent where nobody was bound to.
   */
  panel?: readonly string[] | ((entry: FileEntry, structure: string) => readonly string[]);
  /** How many channels the images have unless the caller says otherwise. */
  channels?: 1 | 3;
  /** Which slice of a volume to take; of up to `firstOf` slices the first where nobody says. */
  slice?: number;
  firstOf?: number;
  /** Reads volumes in one piece. */
  volume?: boolean;
  /** What becomes of NaN in files of floats. */
  nan?: RasterLimits['nan'];
  /** Pictures that belong to the layout and are of no use here; others that no entry names are problems. */
  passedOver?: RegExp;
}

/** Lists the tree under `root` as the layout says, and makes a dataset of it. `who`: the function whose name is in errors. */
export async function openLayout<O extends LoaderOptions>(
  layout: Layout<O>,
  root: string,
  options: O,
  { tree, who = layout.name }: { tree?: Tree; who?: string } = {},
): Promise<Dataset> {
  checkString(who, 'root', root);
  checkLoaderOptions(who, options, layout.options);
  const listed = tree ?? (await listTree(root, options));
  const listing = await layout.list(listed, options);
  if (listing.entries.length === 0) {
    const reasons = listing.problems.slice(0, 3).map(({ path, reason }) => `; ${path}: ${reason}`);
    throw new Error(`${who}: found no case under ${root}, expected ${layout.expects}${reasons.join('')}`);
  }
  for (const { structure, rater, path } of listing.entries.flatMap(({ masks }) => masks)) {
    // As a key it would not hold a mask but change what every object inherits.
    if (structure === '__proto__' || rater === '__proto__')
      throw new DataError(path, 'no name for a rater or structure');
  }
  const names = (key: 'structure' | 'rater') => [
    ...new Set(listing.entries.flatMap(({ masks }) => masks.map((mask) => mask[key]))),
  ];
  if (listing.volume && (options.size ?? options.crop) !== undefined)
    fail(who, 'a volume in one piece keeps its size: volume goes without size and crop');
  const structures = chosen(who, 'structures', options.structures, listing.structures);
  const raters = chosen(
    who,
    'raters',
    options.raters,
    Array.isArray(listing.panel) ? listing.panel : names('rater').sort(natural),
  );
  const around = options.crop?.around;
  if (around !== undefined && around !== 'centre') chosen(who, 'crop.around', [around], structures);
  const { entries, problems } = complete(listing, structures, raters, options);

  return createDataset<FileEntry & Entry>({
    name: layout.name,
    entries,
    structures,
    raters,
    problems: [...listed.problems, ...listing.problems, ...problems, ...strays(listed, listing)],
    strict: options.strict,
    prefetch: options.prefetch,
    load: (entry, context) =>
      loadCase(listed, entry, context, {
        ...options,
        channels: options.channels ?? listing.channels,
        pixelLimit: options.pixelLimit ?? PIXEL_LIMIT,
        ...(listing.slice !== undefined && { slice: listing.slice }),
        ...(listing.firstOf !== undefined && { firstOf: listing.firstOf }),
        ...(listing.volume && { volume: true }),
        ...(listing.nan && { nan: listing.nan }),
        greyByNature: listing.channels === 1,
      }),
  });
}

/** The entries with the chosen masks alone, and what the panel left out. */
function complete(
  { entries, panel, problems: noted }: Listing,
  structures: readonly string[],
  raters: readonly string[],
  { missing = 'keep' }: LoaderOptions,
): { entries: (FileEntry & Entry)[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const explained = new Set(noted.map(({ id }) => id));
  const kept = entries.flatMap((entry) => {
    const masks = entry.masks.filter(
      ({ structure, rater }) => structures.includes(structure) && raters.includes(rater),
    );
    const annotated: Record<string, string[]> = Object.create(null);
    for (const { structure, rater } of masks) annotated[structure] = [...(annotated[structure] ?? []), rater];
    const lacking = structures.flatMap((structure) => {
      const present = annotated[structure] ?? [];
      if (!panel) return present.length ? [] : [`nobody outlined the ${structure}`];
      const bound = typeof panel === 'function' ? panel(entry, structure) : panel;
      const absent = raters.filter((rater) => bound.includes(rater) && !present.includes(rater));
      return absent.length
        ? [`the ${structure} lacks ${absent.length > 1 ? 'raters' : 'rater'} ${absent.join(', ')}`]
        : [];
    });
    if (lacking.length && missing === 'error') throw new DataError(entry.image, lacking.join('; '));
    const outcome = missing === 'skip' ? ('skipped' as const) : ('kept' as const);
    if (outcome === 'skipped' || !explained.has(entry.id)) {
      for (const reason of lacking) problems.push({ path: entry.image, reason, id: entry.id, outcome });
    }
    const file = entry.file ?? (entry.imageless ? undefined : entry.image);
    const whole = { ...entry, ...(file !== undefined && { file }), masks, annotated };
    return lacking.length && missing === 'skip' ? [] : [whole];
  });
  return { entries: kept, problems };
}

const DATA = /\.(?:png|jpe?g|tiff?|gif|bmp|p[gpn]m|dcm|nii|hdr|img|nrrd|nhdr|mha|mhd|xml)(?:\.gz)?$/i;

/** Pictures that no entry names: a mask with a slip in its name would otherwise be missed and never found. */
function strays(tree: Tree, { entries, problems, passedOver }: Listing): Problem[] {
  const known = new Set([
    ...entries.flatMap(({ image, slices = [], masks }) => [
      image,
      ...slices,
      ...masks.map(({ path }) => path),
    ]),
    ...problems.map(({ path }) => path),
  ]);
  return tree.paths.flatMap((path) =>
    DATA.test(path) && !known.has(path) && !passedOver?.test(path)
      ? [{ path, reason: 'not a name that an image or a mask has here', outcome: 'skipped' as const }]
      : [],
  );
}

function chosen(
  caller: string,
  what: string,
  wanted: readonly string[] | undefined,
  known: readonly string[],
) {
  const strange = wanted?.find((name) => !known.includes(name));
  if (strange === undefined) return wanted ?? known;
  throw new RangeError(
    `${caller}: ${what} ${what === 'crop.around' ? 'is' : 'has'} "${strange}", expected some of "${known.join('", "')}"`,
  );
}
