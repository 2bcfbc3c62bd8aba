/** Decoded pixels as they lie in the file: row-major, channels last, alpha included where there is one. */
export interface Raster {
  data: Uint8Array | Float32Array;
  width: number;
  height: number;
  channels: number;
  /** The values that an image shows as black and as white. */
  range: readonly [black: number, white: number];
}

/** The most pixels of a picture unless the caller says otherwise. */
export const PIXEL_LIMIT = 2 ** 26;

export interface RasterLimits {
  /** Images of more pixels are refused before they are decoded. */
  pixelLimit: number;
  /** Which slice of a volume to take. */
  slice?: number;
}

/** @throws Error where a header asks for no pixels, or for more than the limit. */
export function checkPixels(width: number, height: number, { pixelLimit }: RasterLimits): void {
  if (!(width > 0 && height > 0)) throw new Error(`the header says ${width}×${height} pixels`);
  if (width * height > pixelLimit) {
    throw new Error(`the header says ${width}×${height} pixels, more than the limit of ${pixelLimit}`);
  }
}
