import type { Dataset } from '../dataset/dataset.js';
import { buBilLayout } from './bu-bil.js';
import { ddtiLayout } from './ddti.js';
import { drishtiLayout } from './drishti.js';
import { gleasonLayout } from './gleason.js';
import { isicLayout } from './isic.js';
import { type LidcOptions, lidcLayout } from './lidc.js';
import { papilaLayout } from './papila.js';
import { qubiqLayout } from './qubiq.js';
import { type Layout, openLayout } from './reading/layout.js';
import type { LoaderOptions } from './reading/options.js';
import { listTree } from './reading/tree.js';
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
];

export interface OpenAnyOptions extends LoaderOptions {
  /** Of LIDC alone: which slices of each nodule; see `LidcOptions`. */
  slices?: LidcOptions['slices'];
}

/**
 * Opens what lies under `root` with the loader whose layout it has; the dataset's `name` says which.
 *
 * @throws Error where it has none of them.
 */
export async function openAny(root: string, options: OpenAnyOptions = {}): Promise<Dataset> {
  const tree = await listTree(root);
  const layout = LAYOUTS.find(({ recognises }) => recognises(tree));
  if (layout) return openLayout(layout, root, options, tree);
  const names = LAYOUTS.map(({ name }) => name).join(', ');
  throw new Error(
    `openAny: ${root} has none of the layouts ${names}; the loader folder reads others by patterns`,
  );
}
