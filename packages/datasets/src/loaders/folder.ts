import {
  check,
  checkBoolean,
  checkFunction,
  checkInteger,
  checkNumber,
  checkObject,
  checkOneOf,
  checkOptions,
  checkString,
  fail,
} from '@diff/checks';
import type { Dataset } from '../dataset/dataset.js';
import { DataError, type Problem } from '../dataset/problem.js';
import { type Row, readRows } from '../formats/table.js';
import type { WantedLayer } from '../images/layers.js';
import type { Rule } from '../images/mask-rule.js';
import type { FileEntry } from './reading/file-entry.js';
import { diagnosisOf } from './reading/label.js';
import { type Layout, openLayout } from './reading/layout.js';
import { MAY_BE_DRAWN } from './reading/load-case.js';
import { checkLoaderOptions, type LoaderOptions } from './reading/options.js';
import {
  entryFinder,
  mayAnnotate,
  type Outlined,
  outlinedIn,
  pictureStem,
  readAnnotationFiles,
} from './reading/outlined.js';
import { patternOf } from './reading/pattern.js';
import { leavesRoot, natural, type Tree } from './reading/tree.js';

export interface FolderOptions extends LoaderOptions {
  /**
   * Where images are: `'images/{id}.png'`, or with `volume` or `slice` `'ct/{id}/*.dcm'` of DICOM series. May also catch `{patient}`, `{split}` and `{diagnosis}`. Without it the cases
   * are those that masks name, and their images have the masks' size and 0 channels.
   */
  image?: string;
  /**
   * Where masks are: `'masks/{rater}/{id}.png'`, which may also catch `{structure}`, `{patient}` and `{split}`;
   * or one pattern per structure, `{ disc: 'disc/{id}_{rater}.png', cup: … }`. Without `{rater}` there is one rater, `'1'`;
   * without `{structure}` one structure, `'object'`. Without `mask` the cases have images alone.
   *
   * Files of annotation tools (JSON, XML, GeoJSON, CSV of VIA, ROI) may be masks too. They may hold many images, and then the
   * pattern needs no `{id}`: `'annotations/{rater}.json'`. Without `{structure}` each label is one.
   */
  mask?: string | Readonly<Record<string, string>>;
  /** A CSV or XLSX file, relative to the root, and its columns. */
  label?: {
    file: string;
    /** The column of ids, or of the image's file names. */
    id: string;
    diagnosis: string;
    /** Default: the column `patient` where there is one. */
    patient?: string;
    /** Default: the column `split` where there is one. */
    split?: string;
  };
  /** Words, in lower case, that mean 1 and 0 beside those numbers, in the table or for `{diagnosis}`. */
  yes?: readonly string[];
  no?: readonly string[];
  /**
   * What a value in a mask's file means: inside or not, or to what degree in [0, 1]. Default: where there is one value
   * beside 0 it is inside, be it 1, 255 or 65535; levels of grey and degrees are inside above half; several labels are
   * refused. `above`, `degrees` and `class` are short for the usual others.
   */
  value?: Rule;
  /** A pixel is inside where its value, as in the file, is above this. */
  above?: number;
  /** Masks are degrees: the share of white in a picture (of 255 or 65535), the value itself in files of floats. */
  degrees?: boolean;
  /**
   * Which label of a mask with several is inside, by its number; in a picture with a palette, by its index; in a file of
   * annotations, by its name.
   */
  class?: number | string;
  /**
   * Of masks with several labels: each label's name, which is then the name of its structure; one file gives them all.
   * `['disc', 'cup']` are 1 and 2. Of files of annotations these labels alone.
   */
  classes?: readonly string[] | Readonly<Record<string, number>>;
  /** Who should have outlined every case. Default: all raters there are. `false`: nobody had to. */
  panel?: readonly string[] | false;
  /** Which slice of a volume, or page of a file of several, to take, counted from 0. */
  slice?: number;
  /** Reads volumes in one piece: `image.depth` slices. Not with `size` or `crop`. Default: `false`. */
  volume?: boolean;
  /** What becomes of NaN in files of floats: `'refuse'` (default), or `'outside'`, which takes it for 0. */
  nan?: 'refuse' | 'outside';
}

/** Names of the options that say how the files found by patterns are read. */
export const HOW_TO_READ = [
  'yes',
  'no',
  'value',
  'above',
  'degrees',
  'class',
  'classes',
  'panel',
  'slice',
  'volume',
  'nan',
] as const satisfies readonly (keyof FolderOptions)[];

const ABOUT = ['id', 'patient', 'split', 'diagnosis'];

export function folderLayout(options: FolderOptions, who = 'folder'): Layout<FolderOptions> {
  checkFolder(who, options);
  const { image, mask = {} } = options ?? {};
  const value = meaningOf(who, options ?? {});
  const classes = classesOf(options?.classes);
  if (classes && (typeof mask !== 'string' || mask.includes('{structure}')))
    fail(who, 'classes names the structures: mask is one pattern, expected it without {structure}');
  const imagePattern = image && patternOf(image, { names: ABOUT, needed: ['id'], caller: who });
  const byStructure = typeof mask === 'string' ? { '': mask } : mask;
  if (!imagePattern && Object.keys(byStructure).length === 0)
    fail(who, 'there is no pattern, expected image, mask or both');
  const maskPatterns = Object.entries(byStructure).map(([structure, pattern]) => {
    const names = ['id', 'rater', 'structure', 'patient', 'split'];
    const needed = HOLDS_MANY.test(pattern) ? [] : ['id'];
    return { structure, pattern: patternOf(pattern, { names, needed, caller: who }) };
  });
  return {
    name: 'folder',
    options: ['image', 'mask', 'label', ...HOW_TO_READ],
    expects: image || Object.values(byStructure).join(' or '),
    recognises: (tree) =>
      [imagePattern || [], maskPatterns.map(({ pattern }) => pattern)]
        .flat()
        .some((pattern) => tree.paths.some((path) => pattern.test(path))),
    async list(tree) {
      const problems: Problem[] = [];
      const entries = new Map<string, FileEntry>();
      for (const { path, groups } of imagePattern ? tree.match(imagePattern) : []) {
        const id = groups.id!;
        const key = id.toLowerCase();
        const { patient, split } = groups;
        const before = entries.get(key);
        const isSeries = before && [before.image, path].every((one) => MAY_BE_DRAWN.test(one));
        if (isSeries && (options.volume || options.slice !== undefined))
          before.slices = [...(before.slices ?? []), path];
        else if (before) {
          const help = isSeries ? ': the option volume takes files of one case as a DICOM series' : '';
          problems.push({ path, reason: `a second image ${id}${help}`, outcome: 'skipped' });
        } else {
          const diagnosis = diagnosisOf(groups.diagnosis ?? '', path, problems, options);
          const known = {
            ...(patient && { patient }),
            ...(split && { split }),
            ...(diagnosis !== undefined && { diagnosis }),
          };
          entries.set(key, { id, ...known, image: path, masks: [] });
        }
      }
      const annotationFiles = [];
      for (const { structure, pattern } of maskPatterns) {
        for (const { path, groups } of tree.match(pattern)) {
          if (mayAnnotate(path)) {
            const { id, rater } = groups;
            if (path !== options.label?.file)
              annotationFiles.push({
                ...{ path, id, rater },
                structure: classes ? undefined : structure || groups.structure,
              });
            continue;
          }
          if (typeof options.class === 'string' && !MAY_BE_DRAWN.test(path)) {
            const reason = `its labels are numbers, and class is ${JSON.stringify(options.class)}`;
            problems.push({ path, reason, outcome: 'skipped' });
            continue;
          }
          const key = groups.id!.toLowerCase();
          const { patient, split } = groups;
          if (!imagePattern && !entries.has(key)) {
            const known = { ...(patient && { patient }), ...(split && { split }) };
            entries.set(key, { id: groups.id!, ...known, image: path, imageless: true, masks: [] });
          }
          const entry = entries.get(key);
          if (entry?.image === path && !entry.imageless) continue;
          const own = structure || groups.structure || 'object';
          const rater = groups.rater ?? '1';
          if (!entry) {
            problems.push({ path, reason: 'a mask without its image', outcome: 'skipped' });
            continue;
          }
          const label = options.class;
          const wanted =
            label === undefined ? undefined : typeof label === 'string' ? { name: label } : { number: label };
          const meanings = classes ?? [{ name: own, value, wanted }];
          for (const { name: found, value, wanted } of meanings) {
            if (entry.masks.some((other) => other.structure === found && other.rater === rater))
              problems.push({
                path,
                reason: `a second mask of the ${found} by rater ${rater}`,
                id: entry.id,
                outcome: 'kept',
              });
            else
              entry.masks.push({
                ...{ structure: found, rater, path },
                ...(value && { value }),
                ...(wanted && { wanted }),
              });
          }
        }
      }
      const annotated = await readAnnotationFiles(tree, annotationFiles, problems);
      const labels = options.class === undefined ? classes?.map(({ name }) => name) : [String(options.class)];
      const outlined = outlinedIn(annotated, { labels, problems });
      addOutlined(outlined, { entries, problems, imageless: !imagePattern });
      await label(tree, entries, problems, options);
      const all = [...entries.values()];
      const names = (key: 'structure' | 'rater') =>
        [...new Set(all.flatMap(({ masks }) => masks.map((file) => file[key])))].sort(natural);
      const panel = options.panel ?? names('rater');
      const structures =
        classes?.map(({ name }) => name) ??
        (typeof mask === 'string' ? names('structure') : Object.keys(mask));
      return {
        entries: all,
        problems,
        structures,
        ...(panel && { panel }),
        ...(options.slice !== undefined && { slice: options.slice }),
        ...(options.volume && { volume: true }),
        ...(options.nan && { nan: options.nan }),
        passedOver: /(?:)/,
      };
    },
  };
}

/** Of files that may hold many images. */
const HOLDS_MANY = /\.(?:\{[^{}]*)?\b(?:json|geojson|xml|csv)\b(?:[^{}]*\})?$/i;

/** Gives the masks of annotated images to their cases; where there are masks alone, they make the cases. */
function addOutlined(
  outlined: readonly Outlined[],
  {
    entries,
    problems,
    imageless,
  }: { entries: Map<string, FileEntry>; problems: Problem[]; imageless: boolean },
): void {
  const find = entryFinder(entries.values());
  for (const { path, id, image, masks } of outlined) {
    const name = id ?? image.shortName ?? image.name ?? pictureStem(path);
    const own = id ?? pictureStem(name);
    if (imageless && !entries.has(own.toLowerCase()))
      entries.set(own.toLowerCase(), {
        id: own,
        image: path,
        imageless: true,
        masks: [],
        ...(image.name !== undefined && { file: image.shortName ?? image.name }),
      });
    const entry = imageless || id !== undefined ? entries.get(own.toLowerCase()) : find({ name, ...image });
    if (entry === 'several')
      problems.push({ path, reason: `several images are called ${name}`, outcome: 'skipped' });
    else if (!entry) problems.push({ path, reason: `${name} is not among the images`, outcome: 'skipped' });
    else
      for (const mask of masks) {
        const { structure, rater } = mask;
        if (entry.masks.some((other) => other.structure === structure && other.rater === rater))
          problems.push({
            path,
            reason: `a second mask of the ${structure} by rater ${rater}`,
            id: entry.id,
            outcome: 'kept',
          });
        else entry.masks.push(mask);
      }
  }
}

function checkFolder(who: string, options: FolderOptions): void {
  checkLoaderOptions(who, options, ['image', 'mask', 'label', ...HOW_TO_READ]);
  const { image, mask, label, yes, no, degrees, volume, slice, panel, nan } = options ?? {};
  if (image !== undefined) checkString(who, 'image', image);
  if (mask !== undefined && typeof mask !== 'string') {
    checkObject(who, 'mask', mask, 'a pattern, or one for each structure');
    if (Object.keys(mask).length === 0) fail(who, 'mask is empty, expected a pattern for each structure');
    for (const [name, pattern] of Object.entries(mask))
      checkString(who, `mask.${name.slice(0, 40)}`, pattern);
  }
  if (label !== undefined) {
    checkObject(who, 'label', label);
    checkOptions(`${who}: label`, label, LABEL);
    for (const name of LABEL)
      if (label[name] !== undefined || name === 'file' || name === 'id' || name === 'diagnosis')
        checkString(who, `label.${name}`, label[name]);
  }
  for (const [name, words] of Object.entries({ yes, no, panel: panel === false ? undefined : panel }))
    if (words !== undefined) checkWords(who, name, words);
  for (const [name, value] of Object.entries({ degrees, volume }))
    if (value !== undefined) checkBoolean(who, name, value);
  if (nan !== undefined) checkOneOf(who, 'nan', nan, ['refuse', 'outside']);
  if (slice !== undefined) checkInteger(who, 'slice', slice, 0);
}

const LABEL = ['file', 'id', 'diagnosis', 'patient', 'split'] as const;

function checkWords(who: string, what: string, words: unknown): void {
  check(Array.isArray(words), who, what, words, 'an array of words', 'other');
  for (const [i, word] of words.entries()) checkString(who, `${what}[${i}]`, word);
}

/** The one way in which masks are to be read, of those that were asked for. */
function meaningOf(who: string, options: FolderOptions): Rule | 'degrees' | undefined {
  const { value, above, degrees, class: label, classes } = options;
  const given = { value, above, degrees: degrees || undefined, class: label, classes };
  const names = Object.entries(given).flatMap(([name, wanted]) => (wanted === undefined ? [] : [name]));
  if (names.length > 1) fail(who, `there are both ${names.join(' and ')}, expected one way to read masks`);
  if (above !== undefined) checkNumber(who, 'above', above);
  if (label !== undefined && typeof label !== 'string') checkNumber(who, 'class', label);
  if (value !== undefined) checkFunction(who, 'value', value);
  if (above !== undefined) return (level) => level > above;
  if (label !== undefined) return (level) => level === Number(label);
  return degrees ? 'degrees' : value;
}

/** What is inside of each structure, where labels have names. */
function classesOf(
  classes: FolderOptions['classes'],
): { name: string; value: Rule; wanted: WantedLayer }[] | undefined {
  if (classes === undefined) return undefined;
  const isList = Array.isArray(classes);
  check(
    typeof classes === 'object' && classes !== null,
    'folder',
    'classes',
    classes,
    'names of labels',
    'other',
  );
  const named = isList
    ? classes.map((name: string, i) => [name, i + 1] as const)
    : Object.entries(classes as Record<string, number>);
  if (named.length === 0) fail('folder', 'classes is empty, expected names of labels');
  return named.map(([name, number], i) => {
    checkString('folder', `classes[${i}]`, name);
    checkNumber('folder', `classes.${name}`, number, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, {
      open: true,
    });
    if (named.findIndex(([other]) => other === name) !== i) fail('folder', `classes has "${name}" twice`);
    return { name, value: (level: number) => level === number, wanted: { name, number } };
  });
}

async function label(
  tree: Tree,
  entries: Map<string, FileEntry>,
  problems: Problem[],
  options: FolderOptions,
) {
  const { label: columns } = options;
  if (!columns) return;
  if (!tree.has(columns.file))
    throw new DataError(columns.file, 'no such table of labels under the root', { fatal: true });
  const labelled = new Map<string, Row>();
  for (const row of await readRows(tree, tree.find(columns.file))) {
    const name = row.get(columns.id);
    const entry = entries.get(name.toLowerCase()) ?? entries.get(name.toLowerCase().replace(/\.[a-z]+$/, ''));
    if (!entry) {
      const reason = `names "${name}", which ${leavesRoot(name) ? 'leads out of the root' : 'is not there'}`;
      problems.push({ path: row.where, reason, outcome: 'skipped' });
      continue;
    }
    const earlier = labelled.get(entry.id);
    for (const what of ['diagnosis', 'patient', 'split'] as const) {
      const column = columns[what] ?? (what !== 'diagnosis' && row.has(what) ? what : undefined);
      if (column === undefined) continue;
      if (earlier && earlier.get(column) !== row.get(column))
        throw new DataError(row.where, `another ${what} of ${entry.id} than ${earlier.where}`, {
          fatal: true,
        });
      const text = row.get(column);
      if (what === 'diagnosis') {
        const diagnosis = diagnosisOf(text, row.where, problems, options);
        if (diagnosis !== undefined) entry.diagnosis = diagnosis;
      } else if (text) entry[what] = text;
    }
    labelled.set(entry.id, row);
  }
  for (const { id, image } of entries.values()) {
    if (!labelled.has(id))
      problems.push({ path: image, reason: `${columns.file} has no row for it`, id, outcome: 'kept' });
  }
}

/**
 * Your own data, found by patterns. Reads PNG, JPEG, TIFF, GIF, BMP, PGM, PPM, NIfTI, NRRD, MetaImage and DICOM, and outlines of
 * COCO, LabelMe, CVAT, VIA, Label Studio, Supervisely, QuPath (GeoJSON), ImageJ and LIDC.
 *
 * @example
 * const dataset = await folder('data', {
 *   image: 'images/{id}.{jpg,png}',
 *   mask: 'masks/{rater}/{id}.png',
 *   label: { file: 'labels.csv', id: 'name', diagnosis: 'malignant', patient: 'patient' },
 * });
 * @throws RangeError where there is no pattern, or one catches something unknown, or no `{id}`; DataError where the
 * table is not there, or says two things of one case.
 */
export async function folder(root: string, options: FolderOptions): Promise<Dataset> {
  return openLayout(folderLayout(options), root, options);
}
