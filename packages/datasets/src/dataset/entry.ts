import type { Diagnosis } from './case.js';

/**
 * What is known of a case before anything of it is decoded. Entries are cheap, so a dataset holds all of them and
 * filters, shuffles and splits them without touching an image.
 */
export interface Entry {
  /** Unique within its dataset. */
  id: string;
  /** Default: `id`. */
  patient?: string;
  /** The split that the data set's authors gave it. */
  split?: string;
  diagnosis?: Diagnosis;
  /** The file of its image, under the dataset's root or as a file of annotations names it, where there is one. */
  file?: string;
  /** `annotated[structure]` are the raters who outlined it, as far as the listing shows. */
  annotated: Readonly<Record<string, readonly string[]>>;
  /** What else the listing says; the loader hands it on as the case's `meta`. */
  meta?: Readonly<Record<string, unknown>>;
}

/** Who was imaged: what must stay together when a dataset is split. */
export const patientOf = (entry: Entry) => entry.patient ?? entry.id;
