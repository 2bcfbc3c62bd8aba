import type dicomParser from 'dicom-parser';
import type { DicomSource } from '../dataset/dicom-source.js';
import { DataError, messageOf } from '../dataset/problem.js';
import {
  checkPixels,
  chosenSlice,
  extremesOf,
  type Raster,
  type RasterLimits,
  VOXEL_LIMIT,
} from '../images/raster.js';
import { readDicom } from './dicom.js';
import { isDicom, parseDicom } from './dicom-file.js';
import { alongNormal, framePlaces, sliceAffine } from './dicom-place.js';
import { SEGMENTATION } from './dicom-seg.js';
import type { Files } from './files.js';
import { STRUCTURE_SET } from './rtstruct.js';

/** Of directions and distances, what scanners round. */
const NEAR = 1e-3;

interface Slice {
  path: string;
  /** What all slices of a series share, by what it is called. */
  same: Record<string, string>;
  turn: readonly number[];
  position: readonly number[];
  height: number;
}

/**
 * A DICOM series of one file per slice, as a volume, or the slice that `slice` takes. Slices are ordered by how far they lie
 * along their normal, whatever their files are called. No more than one file is in memory beside the volume.
 *
 * @throws DataError where a file is no slice of the series: of another kind, series, size or direction; or where slices are
 * missing, doubled, shifted sideways, or not equally far apart.
 */
export async function readDicomSeries(
  files: Files,
  paths: readonly string[],
  limits: RasterLimits,
): Promise<Raster> {
  const found: Slice[] = [];
  for (const path of paths)
    found.push(await naming(path, async () => sliceOf(path, await headerOf(files, path, limits))));
  const slices = found.sort((a, b) => a.height - b.height);
  checkSame(slices);
  const step = stepOf(slices);
  const chosen = limits.volume ? slices : [slices[chosenSlice(slices.length, limits)]!];
  const one: RasterLimits = { pixelLimit: limits.pixelLimit, ...(limits.nan && { nan: limits.nan }) };
  let whole: Raster | undefined;
  const ranges: (readonly [number, number])[] = [];
  const instances: string[] = [];
  for (const [k, { path }] of chosen.entries())
    await naming(path, async () => {
      const raster = await readDicom(await files.read(path), one);
      whole ??= roomFor(raster, chosen.length, limits);
      whole.data.set(raster.data, k * raster.data.length);
      ranges.push(raster.range);
      instances.push(...(raster.dicom?.instances ?? []));
    });
  const { dicom, spacing, ...raster } = whole!;
  const first = chosen[0]!;
  const turn = [first.turn.slice(0, 3), first.turn.slice(3)] as [number[], number[]];
  const [across, down] = spacing ?? [];
  const affine = sliceAffine(
    {
      ...(across && down && { spacing: [across, down] as [number, number] }),
      turn,
      positions: [],
      through: step,
    },
    [...first.position],
    step,
  );
  return {
    ...raster,
    ...(chosen.length > 1 && { depth: chosen.length }),
    range: commonRange(ranges, raster.data),
    ...(affine && { affine }),
    ...(across && down && { spacing: [across, down, step] }),
    ...(dicom && { dicom: { ...dicom, instances } satisfies DicomSource }),
  };
}

/** Names the file in whatever goes wrong with it. */
async function naming<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    throw cause instanceof DataError ? cause : new DataError(path, messageOf(cause), { cause });
  }
}

async function headerOf(files: Files, path: string, limits: RasterLimits): Promise<dicomParser.DataSet> {
  const bytes = await files.read(path);
  if (!isDicom(bytes) && !/\.gz$/i.test(path)) throw new Error('no DICOM file, among those of a series');
  return parseDicom(bytes, limits);
}

function sliceOf(path: string, file: dicomParser.DataSet): Slice {
  const kind = file.string('x00080016');
  if (kind === SEGMENTATION || kind === STRUCTURE_SET)
    throw new Error(
      `a ${kind === SEGMENTATION ? 'segmentation' : 'structure set'} among the slices of a series: keep it elsewhere`,
    );
  const frames = file.string('x00280008')?.trim() ?? '1';
  if (Number(frames) !== 1) throw new Error(`it has ${frames} frames, expected one slice of a series`);
  const places = framePlaces(file, 1);
  const [position] = places.positions;
  if (!position || !places.turn)
    throw new Error('it does not say where it lies, as a slice of a series must');
  return {
    path,
    position,
    turn: places.turn.flat(),
    height: alongNormal(places, position),
    same: {
      series: file.string('x0020000e') ?? '(none)',
      'frame of reference': file.string('x00200052') ?? '(none)',
      size: `${file.uint16('x00280011')}×${file.uint16('x00280010')}`,
      photometry: file.string('x00280004') ?? '(none)',
      'pixel spacing': places.spacing?.map((size) => size.toFixed(4)).join('×') ?? '(none)',
    },
  };
}

function checkSame(slices: readonly Slice[]): void {
  const first = slices[0]!;
  for (const [what, value] of Object.entries(first.same)) {
    const other = slices.find(({ same }) => same[what] !== value);
    if (!other) continue;
    const kinds = new Set(slices.map(({ same }) => same[what])).size;
    throw new DataError(
      other.path,
      `its ${what} is ${other.same[what]}, that of ${first.path} is ${value}: ${kinds} of them among ${slices.length} files, expected one series`,
    );
  }
  const turned = slices.find(({ turn }) => turn.some((value, i) => Math.abs(value - first.turn[i]!) > NEAR));
  if (turned) throw new DataError(turned.path, `its slice has another direction than that of ${first.path}`);
}

/** How far slices lie apart. */
function stepOf(slices: readonly Slice[]): number {
  if (slices.length === 1) return 1;
  const gaps = slices.slice(1).map((slice, k) => slice.height - slices[k]!.height);
  const step = [...gaps].sort((a, b) => a - b)[Math.floor(gaps.length / 2)]!;
  const first = slices[0]!;
  const total = slices.at(-1)!.height - first.height;
  gaps.forEach((gap, k) => {
    const [before, after] = [slices[k]!, slices[k + 1]!];
    const told = (value: number) => Number(value.toFixed(3));
    if (gap < NEAR) throw new DataError(after.path, `it lies where ${before.path} does`);
    if (Math.abs(gap - step) > 0.01 * step + NEAR)
      throw new DataError(
        after.path,
        `it lies ${told(gap)} mm from ${before.path}, where slices are ${told(step)} mm apart: ${gap > 1.5 * step ? 'one or more are missing' : 'they are not equally far apart'}`,
      );
    const aside = Math.hypot(...after.position.map((value, i) => value - first.position[i]!));
    if (aside ** 2 - (after.height - first.height) ** 2 > 1e-2)
      throw new DataError(after.path, `it lies beside ${first.path}, not above it: the stack is tilted`);
  });
  return total / gaps.length;
}

function roomFor(raster: Raster, depth: number, { voxelLimit = VOXEL_LIMIT }: RasterLimits): Raster {
  checkPixels(raster.width, raster.height * depth, { pixelLimit: voxelLimit });
  const data = new (raster.data.constructor as Float32ArrayConstructor)(raster.data.length * depth);
  return { ...raster, data };
}

/** Black and white of all: as the slices say where they agree, else the extremes of all. */
function commonRange(
  ranges: readonly (readonly [number, number])[],
  data: Raster['data'],
): readonly [number, number] {
  const [black, white] = ranges[0]!;
  if (ranges.every((range) => range[0] === black && range[1] === white)) return [black, white];
  const [low, high] = extremesOf(data);
  return black > white ? [high, low] : [low, high];
}
