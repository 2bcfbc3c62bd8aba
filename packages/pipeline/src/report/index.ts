export { selfFusionOf } from '../config/fusions.js';
export { calibrationError, type ReliabilityBin, reliability } from './calibration.js';
export { type CaseTiles, caseTiles } from './case-tiles.js';
export { type GalleryPicture, readGallery } from './gallery.js';
export { type Content, Html, html } from './html.js';
export {
  armsOf,
  aucDifference,
  aucOf,
  type BorderWorth,
  diceDifference,
  diceOf,
  distanceOf,
  gainOverImage,
  imageJudge,
  impartialJudge,
  isCrossValidated,
  judgesOf,
  labelsOf,
  learnedWeights,
  maskJudgesOf,
  meanOverCases,
  type Point,
  raterDiceOf,
  referencesOf,
  roc,
  secondsByStep,
  sharedGain,
  testCasesOf,
  worthAtBorder,
} from './numbers.js';
export { armsWithRaters } from './rater-dice-table.js';
export { writeComparison, writeReport } from './report.js';
export type { Estimate } from './student.js';
export { decimal, interval, signed } from './table.js';
