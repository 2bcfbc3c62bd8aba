/**
 * What may import what: each list goes from the top down, and a floor imports only from floors below its own. Names on one
 * floor do not import each other.
 */

/** Packages, by folder. `checks` is bundled into those that use it. */
export const packageFloors: readonly (readonly string[])[] = [
  ['pipeline'],
  ['tg-model'],
  ['networks', 'fusion'],
  ['train'],
  ['metrics', 'datasets', 'backend'],
  ['checks'],
];

/**
 * Folders of a package's `src`, or of a folder in it, where it has floors of its own. Files directly in `src` hold words that all folders share, and
 * import from no folder; `index.ts` and entries like it, which only pass on, may import from all.
 */
export const folderFloors: Readonly<Record<string, readonly (readonly string[])[]>> = {
  datasets: [
    ['cli', 'tfjs', 'browser'],
    ['writers'],
    ['loaders'],
    ['annotations'],
    ['formats'],
    ['phantom'],
    ['images'],
    ['dataset'],
  ],
  metrics: [['agreement', 'calibration', 'surface'], ['overlap', 'roc'], ['shape'], ['statistics']],
  pipeline: [
    ['cli'],
    ['run'],
    ['report', 'cases'],
    ['steps'],
    ['predict'],
    ['data'],
    ['folder'],
    ['config'],
    ['jobs'],
    ['terminal'],
  ],
  // `df-gt` shares the lowest floor, so that it imports none of the others.
  fusion: [['em'], ['geometry'], ['votes', 'df-gt']],
  train: [['loop', 'node'], ['files'], ['inference'], ['tasks'], ['data', 'losses', 'optimizers']],
  networks: [
    ['cli'],
    ['diagnosis', 'segmentation', 'multi-rater', 'biomarkers'],
    ['torch'],
    ['backbones'],
    ['layers', 'grab-cut'],
  ],
  backend: [['cli'], ['doctor'], ['engines'], ['wasm', 'node', 'native'], ['training', 'host', 'parallel']],
  'backend/src/wasm': [['kernels'], ['memory'], ['codegen']],
};

/** Where files directly in it are what is made of its folders, which they import and not the reverse. */
export const algorithmsOnTop: readonly string[] = ['fusion', 'backend/src/wasm'];

/** Packages that have circles of types yet; the test says so once they have none. */
export const withCircles: readonly string[] = [];
