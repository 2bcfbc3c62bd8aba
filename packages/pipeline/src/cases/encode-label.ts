import { encodeNifti, encodePng, encodeTiff, type Size } from '@diff/datasets';

export const labelFormats = ['png', 'tiff', 'nifti'] as const;
export type LabelFormat = (typeof labelFormats)[number];

export const extensionOf: Record<LabelFormat, string> = { png: 'png', tiff: 'tiff', nifti: 'nii.gz' };

/** A label in [0, 1] as a file: PNG in steps of 1/255 or 1/65535, TIFF and NIfTI as 32-bit floats. */
export function encodeLabel(
  values: Float32Array,
  size: Size,
  format: LabelFormat,
  bits: 8 | 16,
): Promise<Uint8Array> {
  if (format === 'tiff') return encodeTiff(values, size);
  if (format === 'nifti') return encodeNifti(values, size);
  return encodePng({ ...size, channels: 1, data: values }, { bits });
}
