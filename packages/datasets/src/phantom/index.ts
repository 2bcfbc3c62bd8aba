export type { Case, Diagnosis, Image, Mask } from '../dataset/case.js';
export type { Dataset } from '../dataset/dataset.js';
export { phantom } from './phantom.js';
export type { PhantomKind, PhantomTruth } from './phantom-case.js';
export { type PhantomOptions, predictedAuc } from './phantom-model.js';
export { type RaterCharacter, raterCharacters } from './rater-characters.js';
