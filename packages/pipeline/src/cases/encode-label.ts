import {
  encodeDicomSeg,
  encodeMetaImage,
  encodeNifti,
  encodeNrrd,
  encodePng,
  encodeTiff,
  type Image,
} from '@diff/datasets';
import { UserError } from '../user-error.js';

/** Where values lie, as their image says. */
export type Place = Omit<Image, 'data' | 'channels'>;

export const labelFormats = ['png', 'tiff', 'nifti', 'nrrd', 'mha', 'dicom-seg'] as const;
export type LabelFormat = (typeof labelFormats)[number];

export const extensionOf: Record<LabelFormat, string> = {
  png: 'png',
  tiff: 'tiff',
  nifti: 'nii.gz',
  nrrd: 'nrrd',
  mha: 'mha',
  'dicom-seg': 'dcm',
};

/**
 * A label in [0, 1] as a file: PNG in steps of 1/255 or 1/65535, DICOM as a segment of that name
 * where it is above 0.5, the others as 32-bit floats that keep depth and place.
 */
export async function encodeLabel(
  values: Float32Array,
  place: Place,
  format: LabelFormat,
  bits: 8 | 16,
  name: string,
): Promise<Uint8Array> {
  if (format === 'dicom-seg') return encodeDicomSeg({ [name]: values }, checkPlaced(place));
  if (format === 'png') return encodePng({ ...place, channels: 1, data: values }, { bits });
  if (format === 'tiff') return encodeTiff(values, place);
  return VOLUMES[format](values, place);
}

/** @throws UserError where nothing says where voxels lie, which a segmentation must. */
function checkPlaced(place: Place): Place {
  if (place.affine) return place;
  throw new UserError(
    'dicom-seg takes images or masks that say where they lie (DICOM, NIfTI, NRRD, MetaImage): --format takes png, tiff and others',
  );
}

const VOLUMES = { nifti: encodeNifti, nrrd: encodeNrrd, mha: encodeMetaImage };

/** A map of label numbers from 0 to 255 as a file: bytes, of TIFF floats, of DICOM a segment per class. */
export async function encodeLabelMap(
  labels: Uint8Array,
  place: Place,
  format: LabelFormat,
  classes: Readonly<Record<string, number>>,
): Promise<Uint8Array> {
  if (format === 'dicom-seg') {
    const masks = Object.entries(classes).map(([name, number]) => [
      name,
      labels.map((label) => Number(label === number)),
    ]);
    return encodeDicomSeg(Object.fromEntries(masks), checkPlaced(place));
  }
  if (format === 'png')
    return encodePng({ ...place, channels: 1, data: Float32Array.from(labels, (label) => label / 255) });
  if (format === 'tiff') return encodeTiff(Float32Array.from(labels), place);
  return VOLUMES[format](labels, place);
}
