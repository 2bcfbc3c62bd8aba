export { encodeCoco, type OutlinedImage } from './annotations/coco.js';
export { encodeGeoJson } from './annotations/geojson.js';
export type { OutlineOptions } from './annotations/inside.js';
export type { Case, Diagnosis, Image, Mask } from './dataset/case.js';
export {
  type CasesOptions,
  createDataset,
  type Dataset,
  type DatasetSource,
  type LoadContext,
} from './dataset/dataset.js';
export type { DescribeOptions, Description } from './dataset/describe.js';
export type { DicomSource } from './dataset/dicom-source.js';
export type { Entry } from './dataset/entry.js';
export type { PartitionOptions } from './dataset/partition.js';
export { DataError, type Problem } from './dataset/problem.js';
export { encodeDicomSeg } from './formats/encode-dicom-seg.js';
export { encodeNifti } from './formats/encode-nifti.js';
export { encodeMetaImage } from './formats/metaimage.js';
export { encodeNrrd } from './formats/nrrd.js';
export { encodePng, type PngOptions } from './formats/png.js';
export { encodePnm } from './formats/pnm.js';
export { type ReadImageOptions, readImage } from './formats/read-image.js';
export { encodeTiff } from './formats/tiff.js';
export { type ContactSheet, type ContactSheetOptions, contactSheet } from './images/contact-sheet.js';
export type { GridRule } from './images/grid.js';
export type { Rule } from './images/mask-rule.js';
export type { Interpolation, Size } from './images/resample.js';
export { type ResizeOptions, resize } from './images/resize.js';
export { type BuBilOptions, buBil } from './loaders/bu-bil.js';
export { type DdtiOptions, ddti } from './loaders/ddti.js';
export { drishti } from './loaders/drishti.js';
export { type FolderOptions, folder } from './loaders/folder.js';
export { gleason } from './loaders/gleason.js';
export { isic } from './loaders/isic.js';
export { type LidcOptions, lidc } from './loaders/lidc.js';
export { type OpenAnyOptions, openAny } from './loaders/open-any.js';
export { type PapilaOptions, papila } from './loaders/papila.js';
export { type QubiqOptions, qubiq } from './loaders/qubiq.js';
export type { Crop, LoaderOptions } from './loaders/reading/options.js';
export { refuge2 } from './loaders/refuge2.js';
export { riga } from './loaders/riga.js';
export { tnmix } from './loaders/tnmix.js';
export { tnscui } from './loaders/tnscui.js';
export { phantom } from './phantom/phantom.js';
export type { PhantomTruth } from './phantom/phantom-case.js';
export type { PhantomKind } from './phantom/phantom-kind.js';
export { type PhantomOptions, predictedAuc } from './phantom/phantom-model.js';
export { type RaterCharacter, raterCharacters } from './phantom/rater-characters.js';
export type { WriteLoss } from './writers/losses.js';
export { type LayoutName, type WriteOptions, write } from './writers/write.js';
