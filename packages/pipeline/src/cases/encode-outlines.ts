import { encodeCoco, encodeGeoJson } from '@diff/datasets';
import { UserError } from '../user-error.js';
import type { Place } from './encode-label.js';

/** Files of outlines, and what their names end in. */
export const outlineExtensions = { coco: 'coco.json', geojson: 'geojson' } as const;
export type OutlineFormat = keyof typeof outlineExtensions;

export const isOutline = (format: string): format is OutlineFormat =>
  Object.hasOwn(outlineExtensions, format);

export interface EncodeOutlinesOptions {
  /** Inside is what is above it. */
  threshold: number;
  /** What is outlined. */
  structure: string;
  /** The name of the image's file. */
  file: string;
}

/** A label in [0, 1] as outlines along the edges of pixels. @throws UserError where it is a volume. */
export function encodeOutlines(
  values: Float32Array,
  { width, height, depth = 1 }: Place,
  format: OutlineFormat,
  { threshold, structure, file }: EncodeOutlinesOptions,
): Uint8Array {
  if (depth > 1)
    throw new UserError(`${format} outlines planes, and ${file} has ${depth} slices: --slice takes one`);
  const masks = { [structure]: values };
  const text =
    format === 'coco'
      ? encodeCoco([{ file, width, height, masks }], { threshold })
      : encodeGeoJson(masks, { width, height }, { threshold });
  return new TextEncoder().encode(text);
}
