import type { Image } from '../dataset/case.js';
import type { Stream } from '../dataset/stream.js';
import { ANGLES, type Contour } from './contour.js';

/** How one outline departs from what the severity alone would draw. */
export interface Hand {
  /** Added to the log of every radius. */
  margin: number;
  /** Added to the log radius by direction: drifts of the whole outline (harmonics 0 to 2) … */
  slow: Float64Array;
  /** … and bumps (harmonics 3 and up). */
  fast: Float64Array;
  /** Moves the outline, in radii. */
  dx: number;
  dy: number;
}

/** `'disc'`: a crop of two disc diameters around it; `'whole'`: the photograph, with macula, arcades and black rim. */
export type FundusView = 'disc' | 'whole';

export interface PaintOptions {
  view?: FundusView;
  size: number;
  /** Scale of the band over which edges fade. */
  ambiguity: number;
  /** Signs to draw apart from the edge, and where chance puts them. Absent: the edge and what comes with it are all. */
  signs?: { count: number; random: Stream };
}

/** What is drawn for one kind of phantom. `P` is what a patient has whether ill or not: place, size, colours. */
export interface Anatomy<P> {
  /** Outer before inner: each lies within the one before it. */
  structures: readonly string[];
  /** What the disease acts on, as a function of the severity; strictly increasing. */
  biomarker: { name: string; of(severity: number): number };
  patient(random: Stream, view: FundusView): P;
  /** One outline per structure, drawn at a severity by one hand per structure. */
  contours(patient: P, severity: number, hands: Hand[]): Contour[];
  /** The picture of a patient whose edges look like `severity`. */
  paint(patient: P, severity: number, random: Stream, options: PaintOptions): Image;
}

/** The hand that adds nothing. */
export const stillHand: Hand = {
  margin: 0,
  slow: new Float64Array(ANGLES),
  fast: new Float64Array(ANGLES),
  dx: 0,
  dy: 0,
};
