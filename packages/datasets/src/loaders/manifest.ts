import { DataError, messageOf } from '../dataset/problem.js';
import type { FolderOptions } from './folder.js';
import type { Tree } from './reading/tree.js';

/** The file by which a folder of patterns says what it holds. */
export const MANIFEST = 'diff-dataset.json';

/** The patterns of a folder: options of `folder` that can be written down. */
export type Manifest = { layout: 'folder' } & Pick<
  FolderOptions,
  | 'image'
  | 'mask'
  | 'label'
  | 'yes'
  | 'no'
  | 'degrees'
  | 'above'
  | 'class'
  | 'classes'
  | 'panel'
  | 'slice'
  | 'volume'
  | 'nan'
>;

const NAMES = [
  ...['image', 'mask', 'label', 'yes', 'no', 'degrees', 'above'],
  ...['class', 'classes', 'panel', 'slice', 'volume', 'nan'],
];

/** The options that the tree's manifest gives. @throws DataError where it is none that can be read. */
export async function readManifest(tree: Tree): Promise<FolderOptions> {
  let found: unknown;
  try {
    found = JSON.parse((await tree.read(MANIFEST, 2 ** 20)).toString('utf8'));
  } catch (cause) {
    throw new DataError(MANIFEST, `not JSON that can be read (${messageOf(cause)})`, { cause });
  }
  const { layout, ...options } = (found ?? {}) as Manifest;
  if (layout !== 'folder') throw new DataError(MANIFEST, 'its layout is not "folder"');
  const strange = Object.keys(options).find((name) => !NAMES.includes(name));
  if (strange !== undefined)
    throw new DataError(MANIFEST, `has ${JSON.stringify(strange)}, expected some of ${NAMES.join(', ')}`);
  return options;
}
