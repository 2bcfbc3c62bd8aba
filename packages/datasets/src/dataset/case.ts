import type { DicomSource } from './dicom-source.js';

/**
 * An image of `height · width · channels` values in [0, 1], row-major, channels last; a volume has as many for each of
 * `depth` slices, one slice after the other.
 */
export interface Image {
  data: Float32Array;
  height: number;
  width: number;
  /** 1 (grey) or 3 (red, green, blue); 0 where there are masks alone, and `data` is empty. */
  channels: number;
  /** Slices of a volume. Absent: one plane. */
  depth?: number;
  /** Millimetres between neighbours along a row, along a column and, where there are slices, between them. */
  spacing?: readonly number[];
  /**
   * Where voxel (x, y, z) lies, in millimetres to the right, to the front and upwards (NIfTI's "RAS+"): a 4 × 4 matrix,
   * row-major, times (x, y, z, 1).
   */
  affine?: readonly number[];
  /** Of DICOM, what it is called: masks that are written as a segmentation refer to it. */
  dicom?: DicomSource;
}

/**
 * `height · width` values in [0, 1] (`depth` times as many for a volume), row-major: 0/1 in a `Uint8Array`, anything
 * between in a `Float32Array`.
 */
export type Mask = Uint8Array | Float32Array;

/** 0 healthy or benign, 1 ill or malignant. */
export type Diagnosis = 0 | 1;

/** One image, what each rater outlined on it, and what the patient turned out to have. */
export interface Case {
  /** Unique within its dataset. */
  id: string;
  /** Who was imaged; cases of one patient must never be split between training and test. Default: `id`. */
  patient?: string;
  /** The split that the data set's authors gave it ("train", "validation", "test"), where they gave one. */
  split?: string;
  image: Image;
  /** `annotations[structure][rater]`; a rater who did not outline the structure on this case is absent. */
  annotations: Record<string, Record<string, Mask>>;
  /** `undefined` where it is not known or not settled. */
  diagnosis?: Diagnosis;
  /** Whatever else the source says about the case (age, TI-RADS, spacing in millimetres, …). */
  meta?: Record<string, unknown>;
}
