import { check, checkObject, checkOptions } from '@diff/checks';
import { messageOf } from '../dataset/problem.js';
import type { Size } from '../images/resample.js';
import { type DecodePng, drawAreas } from './draw-areas.js';
import { outlineFormats } from './outline-formats.js';
import { type AnnotatedImage, checkCorners, type Shape } from './shape.js';
import { parseJson } from './values.js';

/** What one rater outlined under one label. */
export interface OutlinedMask {
  label: string;
  /** Who outlined it, where the file says it. */
  rater?: string;
  /** 0 and 1, one value per pixel, row-major. */
  mask: Uint8Array;
}

/** An image that a file of outlines speaks of. */
export interface DecodedImage {
  /** The image's file, where the file of outlines names it. */
  name?: string;
  /** Its size in pixels, where the file says it. */
  width?: number;
  height?: number;
  /** What encloses nothing and was left out. */
  notes: string[];
  /**
   * One mask per label and rater, on an image of this size.
   *
   * @throws RangeError where the file gives another size.
   */
  draw(size: Size): Promise<OutlinedMask[]>;
}

export interface DecodeOutlinesOptions {
  /**
   * Reads the PNG files that LabelMe keeps masks in, of at most so many pixels: samples, the mask in the first channel. Default: such
   * masks are refused.
   */
  decodePng?: DecodePng;
}

const refusePng: DecodePng = () =>
  Promise.reject(new RangeError('decodeOutlines: a mask is a PNG file, expected the option decodePng'));

/**
 * The outlines in a file of COCO, LabelMe, GeoJSON (QuPath) or Label Studio, whichever it is, in Node and browsers alike.
 *
 * @throws RangeError where the bytes are of none of these formats, or malformed.
 */
export function decodeOutlines(
  bytes: Uint8Array,
  options: DecodeOutlinesOptions = {},
): { format: string; images: DecodedImage[] } {
  const who = 'decodeOutlines';
  check(bytes instanceof Uint8Array, who, 'bytes', bytes, 'a Uint8Array', 'other');
  checkOptions(who, options, ['decodePng']);
  const { decodePng = refusePng } = options;
  try {
    const json = parseJson(bytes);
    const found = outlineFormats.find(({ is }) => is(json));
    if (!found) {
      const names = outlineFormats.map(({ name }) => name).join(', ');
      throw new Error(`JSON of none of the formats ${names}`);
    }
    const images = found.read(json as never);
    for (const image of images) checkCorners(image);
    return { format: found.name, images: images.map((image) => decoded(image, decodePng)) };
  } catch (cause) {
    throw new RangeError(`${who}: ${messageOf(cause)}`, { cause });
  }
}

function decoded({ name, width, height, notes, shapes }: AnnotatedImage, decodePng: DecodePng): DecodedImage {
  return {
    ...(name !== undefined && { name }),
    ...(width !== undefined && height !== undefined && { width, height }),
    notes,
    async draw(size) {
      checkObject('decodeOutlines', 'size', size);
      if (width !== undefined && (size.width !== width || size.height !== height))
        throw new RangeError(
          `decodeOutlines: size is ${size.width} × ${size.height}, expected the file's ${width} × ${height}`,
        );
      const groups = new Map<string, Shape[]>();
      for (const shape of shapes) {
        const key = JSON.stringify([shape.label, shape.rater]);
        groups.set(key, [...(groups.get(key) ?? []), shape]);
      }
      return Promise.all(
        [...groups.values()].map(async (own): Promise<OutlinedMask> => {
          const { label, rater } = own[0]!;
          const mask = await drawAreas(own, size, decodePng);
          return { label, ...(rater !== undefined && { rater }), mask };
        }),
      );
    },
  };
}
