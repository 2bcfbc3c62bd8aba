/** What a DICOM image is called, so that what is made of it can refer to it. */
export interface DicomSource {
  /** UID of its kind. */
  sopClass: string;
  /** UIDs of its files: one for each slice, or one for all where a file holds them. */
  instances: readonly string[];
  /** Of a file that holds several slices, the number of the frame of each, from 1. */
  frames?: readonly number[];
  series?: string;
  study?: string;
  /** UID of the frame of reference: places in millimetres are the same places where it is the same. */
  frame?: string;
  /** What it says of patient and study, by tag, such as "00100020". */
  about: Readonly<Record<string, string>>;
}
