export type { Case, Diagnosis, Image, Mask } from './case.js';
export { type ContactSheet, type ContactSheetOptions, contactSheet } from './contact-sheet.js';
export {
  type CasesOptions,
  createDataset,
  type Dataset,
  type DatasetSource,
  type LoadContext,
} from './dataset.js';
export type { DescribeOptions, Description } from './describe.js';
export { encodeNifti } from './encode-nifti.js';
export { encodePng, type PngOptions } from './encode-png.js';
export { encodeTiff } from './encode-tiff.js';
export type { Entry } from './entry.js';
export { type BuBilOptions, buBil } from './loaders/bu-bil.js';
export { type DdtiOptions, ddti } from './loaders/ddti.js';
export { drishti } from './loaders/drishti.js';
export { type FolderOptions, folder } from './loaders/folder.js';
export { gleason } from './loaders/gleason.js';
export { isic } from './loaders/isic.js';
export { type LidcOptions, lidc } from './loaders/lidc.js';
export type { Crop, LoaderOptions } from './loaders/options.js';
export { type PapilaOptions, papila } from './loaders/papila.js';
export { type QubiqOptions, qubiq } from './loaders/qubiq.js';
export { type OpenAnyOptions, openAny } from './loaders/recognise.js';
export { refuge2 } from './loaders/refuge2.js';
export { riga } from './loaders/riga.js';
export { tnmix } from './loaders/tnmix.js';
export { tnscui } from './loaders/tnscui.js';
export type { PartitionOptions } from './partition.js';
export { phantom } from './phantom/phantom.js';
export type { PhantomKind, PhantomTruth } from './phantom/phantom-case.js';
export { type PhantomOptions, predictedAuc } from './phantom/phantom-model.js';
export { type RaterCharacter, raterCharacters } from './phantom/rater-characters.js';
export { DataError, type Problem } from './problem.js';
export { type ReadImageOptions, readImage } from './read-image.js';
export type { Interpolation, Size } from './resample.js';
export { type ResizeOptions, resize } from './resize.js';
export { type LayoutName, type WriteOptions, write } from './write/write.js';
