import type { PhantomKind } from './phantom-kind.js';

/** One person's way of outlining. */
export interface RaterCharacter {
  name: string;
  /** Share of what the picture hides of the true shape that this rater gets right all the same, in [0, 1]. */
  insight: number;
  /** Severities by which a unit of suspicion (the patient's record) moves the contour: above 0 is diagnosis-aware. */
  awareness: number;
  /** Standard deviation of what is read into a case at random, in severities. */
  noise: number;
  /** Severities added to every case: above 0 draws everybody a little ill (large cups, …). */
  lean: number;
  /** Relative change of every radius: 0.05 is generous, −0.05 is tight. Leaves the biomarker as it is. */
  margin: number;
  /** Mean absolute wobble of the hand, relative to the radius. Leaves the biomarker as it is. */
  wobble: number;
  /** Share of cases in which the contour has nothing to do with the patient, in [0, 1]. */
  blunders: number;
  /** Share of cases not outlined at all, in [0, 1). */
  missing: number;
}

const insightful = {
  insight: 0.5,
  awareness: 0,
  noise: 0.35,
  lean: 0,
  margin: 0,
  wobble: 0.02,
  blunders: 0,
  missing: 0,
};
const literal = { ...insightful, insight: 0, noise: 0.3 };
const aware = { ...insightful, insight: 0.35, awareness: 0.7, noise: 0.4, wobble: 0.03, blunders: 0.01 };
const generous = {
  ...insightful,
  insight: 0.25,
  noise: 0.7,
  lean: 0.5,
  margin: 0.06,
  wobble: 0.04,
  blunders: 0.02,
};
const tight = {
  ...insightful,
  insight: 0.25,
  noise: 0.6,
  lean: -0.5,
  margin: -0.06,
  wobble: 0.03,
  blunders: 0.01,
  missing: 0.02,
};
const careless = { ...insightful, insight: 0.1, noise: 1.1, wobble: 0.07, blunders: 0.08, missing: 0.05 };

/**
 * The raters of each phantom, in order. *Insightful* ones know some of what the picture hides; *literal* ones trace
 * what they see and nothing else, so they agree best with the picture and add least to it; *aware* ones let the
 * patient's record guide the hand, and so tell most of the diagnosis (DiFF paper, §4.3.3); *generous* and *tight* ones
 * are biased and noisy; *careless* ones blunder and leave cases out. `predictedAuc` gives what each is worth.
 */
export const raterCharacters: Readonly<Record<PhantomKind, readonly RaterCharacter[]>> = {
  fundus: [
    { name: 'R1', ...insightful },
    { name: 'R2', ...aware },
    { name: 'R3', ...generous },
    { name: 'R4', ...aware, insight: 0.2, lean: 0.3, wobble: 0.05 },
    { name: 'R5', ...tight },
    { name: 'R6', ...literal },
    { name: 'R7', ...careless },
  ],
  thyroid: [
    { name: 'R1', ...generous },
    { name: 'R2', ...insightful },
    { name: 'R3', ...aware },
    { name: 'R4', ...literal },
    { name: 'R5', ...careless },
  ],
  skin: [
    { name: 'R1', ...aware },
    { name: 'R2', ...literal },
    { name: 'R3', ...careless },
    { name: 'R4', ...tight },
  ],
  lung: [
    { name: 'R1', ...literal },
    { name: 'R2', ...generous },
    { name: 'R3', ...aware },
    { name: 'R4', ...careless },
  ],
};
