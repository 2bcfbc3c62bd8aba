export type { Case, Diagnosis, Image, Mask } from '../dataset/case.js';
export type { Dataset } from '../dataset/dataset.js';
export type { Size } from '../images/resample.js';
export { type ResizeOptions, resize } from '../images/resize.js';
export { phantom } from './phantom.js';
export type { PhantomTruth } from './phantom-case.js';
export type { PhantomKind } from './phantom-kind.js';
export { type PhantomOptions, predictedAuc } from './phantom-model.js';
export { type RaterCharacter, raterCharacters } from './rater-characters.js';
