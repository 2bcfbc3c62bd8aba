import type { Description } from '@diff/datasets';
import type { RegionMean } from '@diff/fusion/df-gt';
import type { AttentionHealth } from '@diff/tg-model';
import type { EpochRecord } from '@diff/train';
import type { Config } from '../config/schema.js';

/** `results.json` of a run folder: all numbers that the report shows, none of them rounded. */
export interface Results {
  format: 1;
  config: Config;
  provenance: Provenance;
  data: DataSummary;
  rounds: RoundResult[];
  /** What makes the numbers doubtful, in sentences: shown in the terminal and on top of the report. */
  warnings: string[];
}

/** How a run was made: command, versions, data, time. */
export interface Provenance {
  /** The command line that made the run. */
  command: string;
  /** Of the packages, TensorFlow.js and Node. */
  versions: Record<string, string>;
  engine: { name: string; device: string; version: string };
  machine: string;
  /** How many jobs went side by side; absent in runs of older versions. */
  workers?: number;
  /** SHA-256 over ids, images, masks and diagnoses of all cases used. */
  dataHash: string;
  /** ISO 8601. */
  started: string;
  finished: string;
}

/** Which data a run used. */
export interface DataSummary {
  /** The layout or phantom. */
  name: string;
  description: Description;
  /** Cases left out, and why: problems of reading, no diagnosis, no mask. */
  skipped: { id: string; reason: string }[];
  structures: string[];
  raters: string[];
  /** Cases with a diagnosis and no outlines, from which the guide by image learns; absent where there is no such guide. */
  unoutlined?: number;
  /** Used cases whose patient the data do not name. Each counts as a patient of its own. */
  withoutPatient: number;
}

/** One split (or fold) with its networks. */
export interface RoundResult {
  round: number;
  seed: number;
  /** Ids; `validation` is a part of the training cases that is kept from training. */
  train: string[];
  validation: string[];
  test: string[];
  /** Cases without outlines, or whose outlines were left out, from whose diagnoses the guide by image learned besides. */
  diagnosed?: string[];
  /** Test cases whose image is, value by value, also that of a training or validation case. */
  seen: string[];
  /** `empty[arm][structure]`: test cases in which the prediction reaches 0.5 nowhere. */
  empty: Record<string, Record<string, number>>;
  /**
   * Loss by epoch of each network, on the validation cases too where there are any: `Baseline-Dia`, the other judges, and
   * every arm by its name.
   */
  training: Record<string, EpochRecord[]>;
  /** Seconds of each step, added up over workers. */
  seconds: Record<string, number>;
  /** What each rater was worth to DF-GT, over the training cases. */
  worth: RegionMean[];
  /** Whom to trust, learned from the training cases; absent in runs of older versions. */
  shared?: SharedWeights;
  /** What the fusions by networks that were asked for learned of the raters, by label. */
  skills?: Record<string, RaterSkill[]>;
  /** One per test case. */
  cases: CaseResult[];
}

/** Shared expertness, in one number per rater. */
export interface SharedWeights {
  /** By rater, together 1; by structure or place, the mean where raters disagree. */
  weights: Record<string, number>;
  /** 95 %, over resamples of the training patients; empty without resamples. */
  intervals: Record<string, [number, number]>;
}

/** What a fusion that learns says of a rater in a structure, over all cases. */
export interface RaterSkill {
  structure: string;
  rater: string;
  /** P(inside | inside). */
  sensitivity: number;
  /** P(outside | outside). */
  specificity: number;
  /** (sensitivity + specificity − 1) where positive, divided by its sum over the raters. */
  expertness: number;
}

/** What came out for one test case. */
export interface CaseResult {
  id: string;
  patient: string;
  diagnosis: 0 | 1;
  /**
   * `softDice[mask][structure][reference]`. Masks: every arm by name, and the labels `MV`, `STAPLE`, `DF-GT`, `Shared`
   * themselves, and `AggNet` and `MaxMig` where an arm learns them. References: every rater of the case by name, and the labels.
   */
  softDice: Record<string, Record<string, Record<string, number>>>;
  /**
   * `hd95[arm][structure][reference]`: 95th percentile of the distance between outlines, in pixels of the images as the networks see
   * them, masks being what is above 0.5. Absent where a mask is empty, and as a whole in runs of older versions.
   */
  hd95?: Record<string, Record<string, Record<string, number>>>;
  /**
   * `raterDice[arm][structure][rater]`: soft Dice of what an arm says of a rater with that rater's mask, where the arm's network says
   * a map for each. Absent where no arm does.
   */
  raterDice?: Record<string, Record<string, Record<string, number>>>;
  /**
   * `logits[judge][mask]`: what a diagnosis network says of image ⊕ mask. Judges: `Baseline-Dia` and the others. Masks as
   * above. DF-GT of a test case was fitted with that case's diagnosis in hand: its logits show no diagnostic ability.
   */
  logits: Record<string, Record<string, number>>;
}

/**
 * `gallery.safetensors` of a run folder: what the report draws, for a few test cases of the first round. Its metadata's
 * `cases` is a JSON list of `GalleryCase`. Tensors, with k the index in that list:
 *
 * - `k/image` [H, W, C]
 * - `k/rater/<structure>/<rater>` [H, W]
 * - `k/label/<structure>/<MV | STAPLE | AggNet | MaxMig | DF-GT | Shared>` [H, W]
 * - `k/prediction/<structure>/<arm>` [H, W], probabilities
 * - `k/opinion/<structure>/<arm>/<rater>` [H, W], probabilities, of arms that learned every rater's masks; `sample 1` and so on in the
 *   place of the rater, of those that draw samples
 * - `k/expertness/<rater>` [H, W], DF-GT's maps; over the raters they sum to 1
 * - `k/attention/<layer>` [rows, columns] of the key's grid, mean over heads and query tokens, for `T&G on DF-GT`
 */
export interface GalleryCase {
  id: string;
  diagnosis: 0 | 1;
  height: number;
  width: number;
  channels: number;
  /** Of `T&G on DF-GT` on this case, by layer: absent in runs of older versions. */
  attentionHealth?: Record<string, AttentionHealth>;
}

/**
 * One of `outlines.json` of a run folder: what the report's browser of cases draws, for test cases of the first round, as many as
 * `report.browse` says.
 */
export interface OutlinedCase {
  id: string;
  height: number;
  width: number;
  /** The image as WebP, in base64. */
  image: string;
  /** `raters[structure][rater]`: the pixels in which a mask reaches 0.5, as the path of an SVG, filled by even-odd. */
  raters: Record<string, Record<string, string>>;
  /** `masks[structure][mask]`: the same of every arm's prediction and every label. */
  masks: Record<string, Record<string, string>>;
  /** 1 − Dice of every two raters, the mean over pairs and structures; absent where no two raters outlined the case. */
  disagreement?: number;
}
