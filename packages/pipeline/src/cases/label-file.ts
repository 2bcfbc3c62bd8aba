import { fileName } from '../folder/file-name.js';
import { extensionOf, type LabelFormat } from './encode-label.js';
import { type OutlineFormat, outlineExtensions } from './encode-outlines.js';

const EXTENSIONS = { ...extensionOf, ...outlineExtensions };

/** Where the label of a case goes, in a folder of results. */
export const labelFile = (structure: string, id: string, format: LabelFormat | OutlineFormat) =>
  `${fileName(structure)}/${fileName(id)}.${EXTENSIONS[format]}`;
