import { checkObject, checkOptions, checkString, fail, show } from '@diff/checks';
import type { Dataset } from '../dataset/dataset.js';
import { annotationsLayout } from './annotations.js';
import { buBilLayout } from './bu-bil.js';
import { ddtiLayout } from './ddti.js';
import { drishtiLayout } from './drishti.js';
import { type FolderOptions, folderLayout, HOW_TO_READ } from './folder.js';
import { gleasonLayout } from './gleason.js';
import { isicLayout } from './isic.js';
import { type LidcOptions, lidcLayout } from './lidc.js';
import { MANIFEST, readManifest } from './manifest.js';
import { papilaLayout } from './papila.js';
import { qubiqLayout } from './qubiq.js';
import { type Layout, openLayout } from './reading/layout.js';
import { LOADER_OPTIONS, type LoaderOptions } from './reading/options.js';
import { listTree, type Tree } from './reading/tree.js';
import { refuge2Layout } from './refuge2.js';
import { rigaLayout } from './riga.js';
import { tnmixLayout } from './tnmix.js';
import { tnscuiLayout } from './tnscui.js';

/** TNMIX first, because each of its halves would be recognised too. */
const LAYOUTS: readonly Layout[] = [
  tnmixLayout,
  tnscuiLayout,
  ddtiLayout,
  lidcLayout,
  refuge2Layout,
  isicLayout,
  rigaLayout,
  qubiqLayout,
  papilaLayout,
  buBilLayout,
  drishtiLayout,
  gleasonLayout,
  annotationsLayout,
];

export interface OpenAnyOptions extends LoaderOptions, Omit<FolderOptions, 'image' | 'mask' | 'label'> {
  /** Which slices of each nodule, for LIDC alone; see `LidcOptions`. */
  slices?: LidcOptions['slices'];
  /** Where images are, in a folder of your own: `'images/{id}.{png,jpg}'`; see `FolderOptions`. */
  images?: string;
  /**
   * Where masks are: `'masks/{structure}/{rater}/{id}.png'`; or several patterns, each with its structure, by name or as
   * `'disc=disc/{id}_{rater}.png'`.
   */
  masks?: FolderOptions['mask'] | readonly string[];
  /** A CSV or XLSX table of diagnoses, relative to the root. */
  labels?: string;
  /** Its columns. Default: `id` and `diagnosis`, and `patient` and `split` where it has them. */
  columns?: { id?: string; diagnosis?: string; patient?: string; split?: string };
  /** The column of patients: short for `columns.patient`. */
  patients?: string;
}

/** Options that say how files found by patterns are read, and mean nothing elsewhere. */
const OF_PATTERNS = ['labels', 'columns', 'patients', ...HOW_TO_READ] as const;

/**
 * Opens what lies under `root`: by patterns where `images` or `masks` give some, else by its manifest
 * (`diff-dataset.json`, which `write` leaves in the layout `folder`), else with the loader whose layout it has; the dataset's
 * `name` says which.
 *
 * @throws Error where it has none of them; RangeError where options do not go together.
 */
export async function openAny(root: string, options: OpenAnyOptions = {}): Promise<Dataset> {
  checkString('openAny', 'root', root);
  checkOptions('openAny', options, [...LOADER_OPTIONS, ...OF_PATTERNS, 'slices', 'images', 'masks']);
  const { images, masks, labels, columns, patients, slices, ...rest } = options;
  checkPatterns(options);
  if (images !== undefined || masks !== undefined) {
    if (slices !== undefined) fail('openAny', 'slices belongs to LIDC, without images or masks');
    if (labels === undefined && (columns ?? patients) !== undefined)
      fail(
        'openAny',
        `${columns ? 'columns' : 'patients'} belongs to labels, expected labels to say where the table is`,
      );
    const own = {
      ...rest,
      ...(images !== undefined && { image: images }),
      ...(masks !== undefined && { mask: patternsOf(masks) }),
      ...(labels !== undefined && {
        label: {
          id: 'id',
          diagnosis: 'diagnosis',
          ...columns,
          ...(patients && { patient: patients }),
          file: labels,
        },
      }),
    };
    return openLayout(folderLayout(own, 'openAny'), root, own, { who: 'openAny' });
  }
  const orphan = OF_PATTERNS.find((name) => options[name] !== undefined);
  if (orphan) fail('openAny', `${orphan} belongs to images or masks, which say where files are`);
  const tree = await listTree(root, rest);
  if (tree.has(MANIFEST)) {
    const own = { ...(await readManifest(tree)), ...rest };
    return openLayout(folderLayout(own, 'openAny'), root, own, { tree, who: 'openAny' });
  }
  const layout = await recognised(tree);
  const own = layout?.options?.includes('slices') ? { slices } : {};
  if (layout) return openLayout(layout, root, { ...rest, ...own }, { tree, who: 'openAny' });
  const names = LAYOUTS.map(({ name }) => name).join(', ');
  throw new Error(
    `openAny: ${root} has none of the layouts ${names}; images and masks say by patterns where other files are`,
  );
}

async function recognised(tree: Tree): Promise<Layout | undefined> {
  for (const layout of LAYOUTS) if (await layout.recognises(tree)) return layout;
  return undefined;
}

function checkPatterns({ images, masks, labels, columns, patients }: OpenAnyOptions): void {
  for (const [name, text] of Object.entries({ images, labels, patients }))
    if (text !== undefined) checkString('openAny', name, text);
  if (Array.isArray(masks)) {
    for (const [i, text] of masks.entries()) checkString('openAny', `masks[${i}]`, text);
    if (masks.length === 0) fail('openAny', 'masks is empty, expected at least one pattern');
  } else if (masks !== undefined && typeof masks !== 'string') {
    checkObject('openAny', 'masks', masks, 'patterns');
    if (Object.keys(masks).length === 0) fail('openAny', 'masks is empty, expected at least one pattern');
  }
  if (columns === undefined) return;
  checkObject('openAny', 'columns', columns);
  checkOptions('openAny: columns', columns, ['id', 'diagnosis', 'patient', 'split']);
  for (const [name, text] of Object.entries(columns))
    if (text !== undefined) checkString('openAny', `columns.${name}`, text);
}

function patternsOf(masks: NonNullable<OpenAnyOptions['masks']>): string | Record<string, string> {
  if (typeof masks === 'string') return masks;
  if (!Array.isArray(masks)) return masks as Record<string, string>;
  const named = masks.map((text: string) => /^([^={}/]+)=(.+)$/.exec(text));
  if (masks.length === 1 && !named[0]) return masks[0]!;
  const nameless = masks.find((_, i) => !named[i]);
  if (nameless !== undefined)
    fail(
      'openAny',
      `masks has ${show(nameless)}: of several patterns each must name its structure, name=pattern`,
    );
  return Object.fromEntries(named.map((found) => [found![1], found![2]!]));
}
