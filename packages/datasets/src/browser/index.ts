export { encodeCoco, type OutlinedImage } from '../annotations/coco.js';
export {
  type DecodedImage,
  type DecodeOutlinesOptions,
  decodeOutlines,
  type OutlinedMask,
} from '../annotations/decode-outlines.js';
export type { DecodePng } from '../annotations/draw-areas.js';
export { encodeGeoJson } from '../annotations/geojson.js';
export type { OutlineOptions } from '../annotations/inside.js';
export type { Image } from '../dataset/case.js';
export { type DecodeNiftiOptions, decodeNifti } from '../formats/decode-nifti.js';
export { encodeNifti } from '../formats/encode-nifti.js';
