import type { Case, Mask } from '../../dataset/case.js';
import type { LoadContext } from '../../dataset/dataset.js';
import { DataError, messageOf } from '../../dataset/problem.js';
import { readDicomSeries } from '../../formats/dicom-series.js';
import { readRaster } from '../../formats/read-raster.js';
import { onGridOf } from '../../images/grid.js';
import { chosenLayer } from '../../images/layers.js';
import { ruleOf } from '../../images/mask-rule.js';
import { checkPixels, type Raster } from '../../images/raster.js';
import { type Size, type Window, widened } from '../../images/resample.js';
import { sampledImage, sampledMask, wholeMask } from '../../images/sampled.js';
import { cropWindow } from './crop.js';
import type { FileEntry, MaskFile } from './file-entry.js';
import type { LoaderOptions } from './options.js';
import type { Tree } from './tree.js';

export interface LoadOptions extends LoaderOptions {
  pixelLimit: number;
  slice?: number;
  firstOf?: number;
  volume?: boolean;
  nan?: 'refuse' | 'outside';
  /** Pictures in which colour says nothing (CT, ultrasound) are decoded as grey, which is faster. */
  greyByNature: boolean;
}

/** The most bytes of a file of contours. */
const TEXT_LIMIT = 2 ** 24;

/** Decodes an entry's image and masks, side by side, then crops and resizes them alike. */
export async function loadCase(
  tree: Tree,
  entry: FileEntry,
  { report }: LoadContext,
  options: LoadOptions,
): Promise<Case | undefined> {
  const { missing = 'keep', crop, size } = options;
  // Disc and cup may come from one file: it is decoded once.
  const rasters = new Map<string, Promise<Raster>>();
  const read = (path: string, grey: boolean | 'mask', onto?: Raster) => {
    const key = `${grey} ${Boolean(onto)} ${path}`;
    const known = rasters.get(key);
    if (known) return known;
    const reading = readRaster(tree, path, {
      ...options,
      ...{ grey: grey !== false, oneHue: grey === 'mask' },
      ...(onto && { onto }),
    });
    rasters.set(key, reading);
    return reading;
  };
  const raster = (path: string) => read(path, false);
  const text = async (path: string) => (await tree.read(path, TEXT_LIMIT)).toString('utf8');
  const imageRaster = entry.imageless
    ? noImage(entry, (path) => read(path, 'mask'), { ...options, report })
    : entry.slices
      ? readDicomSeries(tree, [entry.image, ...entry.slices], options)
      : read(entry.image, options.greyByNature && options.channels === 1);
  const attempts = await Promise.allSettled([
    imageRaster,
    ...entry.masks.map(async (file) => {
      if (file.draw) {
        const note = (reason: string) => report({ path: file.path, reason, outcome: 'kept' });
        return file.draw({ image: await imageRaster, raster, text, note });
      }
      const onto = MAY_BE_DRAWN.test(file.path) && !entry.imageless ? await imageRaster : undefined;
      const found = await read(file.path, 'mask', onto);
      return fitting(layered(found, file), file, await imageRaster, options.grid);
    }),
  ]);
  const image = await imageRaster;

  const masks: { file: MaskFile; mask: Mask | Raster }[] = [];
  let complete = true;
  entry.masks.forEach((file, i) => {
    const attempt = attempts[i + 1]!;
    let fault: unknown;
    if (attempt.status === 'fulfilled') {
      const mask = attempt.value as Mask | Raster;
      try {
        const value =
          'range' in mask ? ruleOf(mask, mask.chosen && file.wanted ? undefined : file.value) : undefined;
        masks.push({ file: { ...file, value }, mask });
        return;
      } catch (cause) {
        fault = new DataError(file.path, messageOf(cause), { cause });
      }
    } else fault = attempt.reason;
    if (!(fault instanceof DataError)) throw fault;
    if (missing === 'error') throw new DataError(fault.path, fault.reason, { cause: fault, fatal: true });
    complete = false;
    report({ path: fault.path, reason: fault.reason, outcome: missing === 'skip' ? 'skipped' : 'kept' });
  });
  if (!complete && missing === 'skip') return undefined;

  let window: Window = { left: 0, top: 0, width: image.width, height: image.height };
  if (crop) {
    const around = masks.flatMap(({ file, mask }) =>
      file.structure === crop.around ? [wholeMask(mask, file)] : [],
    );
    const found = cropWindow(image, crop, around);
    if (!found) throw new DataError(entry.image, `nobody outlined the ${crop.around} to crop around`);
    window = found;
  }
  const target: Size = typeof size === 'number' ? { width: size, height: size } : (size ?? window);
  if (options.aspect === 'keep') window = widened(window, target);
  // A structure or rater may be called `constructor`: nothing is inherited.
  const annotations: Case['annotations'] = Object.create(null);
  for (const { file, mask } of masks) {
    annotations[file.structure] ??= Object.create(null);
    annotations[file.structure]![file.rater] = sampledMask(mask, file, image, window, target, options);
  }
  const {
    image: _,
    imageless: __,
    slices: ______,
    masks: ___,
    annotated: ____,
    file: _____,
    ...known
  } = entry as FileEntry & { annotated?: unknown };
  return {
    ...known,
    image: sampledImage(image, window, target, options),
    annotations,
    ...((entry.meta || crop) && { meta: { ...entry.meta, ...(crop && { crop: window }) } }),
  };
}

/** Files that may hold contours, which are drawn on their image: DICOM, which may have no extension. */
export const MAY_BE_DRAWN = /(?:\.dcm(?:\.gz)?|(?:^|\/)[^.]+)$/i;

/** The mask that is wanted of a file that holds several. */
function layered(raster: Raster, { path, wanted }: MaskFile): Raster {
  if (!raster.layers) {
    const { name, number } = wanted ?? {};
    if (name !== undefined && number === undefined)
      throw new DataError(path, `it has no labels by name, and class is ${JSON.stringify(name)}`);
    return raster;
  }
  try {
    return chosenLayer(raster, wanted);
  } catch (cause) {
    throw new DataError(path, messageOf(cause), { cause });
  }
}

/** In place of an image, nothing of the size of the first mask that can be read. */
async function noImage(
  entry: FileEntry,
  read: (path: string) => Promise<Raster>,
  { report, ...limits }: LoadOptions & Pick<LoadContext, 'report'>,
): Promise<Raster> {
  const faults = new Map<string, DataError>();
  for (const { path, size, draw } of entry.masks) {
    try {
      if (size) return sizeAlone(path, size, limits);
      if (draw) throw new DataError(path, SIZELESS);
      return { ...(await read(path)), data: new Float32Array(0), channels: 0, range: [0, 1] };
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      faults.set(path, error);
    }
  }
  // Where one can be read, each mask's own attempt reports what is wrong with it.
  const [first, ...others] = faults.values();
  if (first && !others.length) throw first;
  for (const { path, reason } of faults.values()) report({ path, reason, outcome: 'skipped' });
  throw new DataError(entry.image, 'no mask of the case can be read');
}

const SIZELESS = 'does not say how large its image is: the option images (or image) says where images are';

function sizeAlone(path: string, { width, height }: Size, limits: Pick<LoadOptions, 'pixelLimit'>): Raster {
  try {
    checkPixels(width, height, limits);
  } catch (cause) {
    throw new DataError(path, messageOf(cause), { cause });
  }
  return { data: new Float32Array(0), width, height, channels: 0, range: [0, 1] };
}

function fitting(raster: Raster, { path }: MaskFile, image: Raster, grid: LoaderOptions['grid']): Raster {
  const placed = onGrid(raster, path, image, grid);
  if (sizes(placed) === sizes(image)) return placed;
  const other = image.channels ? 'its image' : 'the first mask of its case';
  throw new DataError(path, `${sizes(placed)} pixels, ${other} has ${sizes(image)}`);
}

function onGrid(raster: Raster, path: string, image: Raster, grid: LoaderOptions['grid']): Raster {
  try {
    return onGridOf(raster, image, grid);
  } catch (cause) {
    throw new DataError(path, messageOf(cause), { cause });
  }
}

const sizes = ({ width, height, depth = 1 }: Raster) => `${width}×${height}${depth > 1 ? `×${depth}` : ''}`;
