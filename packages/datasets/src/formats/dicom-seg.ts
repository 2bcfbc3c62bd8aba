import type dicomParser from 'dicom-parser';
import { checkPixels, type Layer, type Raster, type RasterLimits, VOXEL_LIMIT } from '../images/raster.js';
import { framesOf, itemsOf } from './dicom-file.js';
import { alongNormal, type FramePlaces, framePlaces, sliceAffine } from './dicom-place.js';
import { segReferences } from './dicom-source.js';

/** SOP class of segmentations. */
export const SEGMENTATION = '1.2.840.10008.5.1.4.1.1.66.4';

/**
 * A DICOM segmentation, binary or fractional: a layer per segment, by number and label. Its frames are placed by their
 * positions; where some slices have none, they are empty, and beyond its first and last slice nothing is inside.
 *
 * Source: PS3.3 A.51 and C.8.20.
 *
 * @throws Error where frames lie at different steps, lack their segment, or the volume is beyond the limits.
 */
export function readDicomSeg(file: dicomParser.DataSet, limits: RasterLimits): Raster {
  const [height, width] = [file.uint16('x00280010') ?? 0, file.uint16('x00280011') ?? 0];
  checkPixels(width, height, limits);
  const kind = file.string('x00620001')?.trim();
  if (kind !== 'BINARY' && kind !== 'FRACTIONAL')
    throw new Error(`a segmentation of the type ${kind ?? '(none)'}, expected BINARY or FRACTIONAL`);
  const binary = kind === 'BINARY';
  const plain = /^1\.2\.840\.10008\.1\.2(?:\.1(?:\.99)?)?$/.test(
    file.string('x00020010') ?? '1.2.840.10008.1.2',
  );
  if (!plain) throw new Error('a segmentation that is compressed: decompress it');
  const pixels = file.elements.x7fe00010;
  const count = width * height;
  const frames = framesOf(file, Math.floor(((pixels?.length ?? 0) * (binary ? 8 : 1)) / count));

  const places = framePlaces(file, frames);
  const { slices, first, step, depth } = slicesOf(places);
  if (depth > 1 && !limits.volume && limits.slice === undefined)
    throw new Error(`it has ${depth} slices: the option slice says which to take, from 0, volume takes all`);
  const one = limits.volume ? undefined : (limits.slice ?? 0);
  if (one !== undefined && one >= depth) throw new Error(`slice ${one} of ${depth} slices, counted from 0`);
  const taken = one === undefined ? depth : 1;
  const known = itemsOf(file, 'x00620002').map((segment) => ({
    number: segment.uint16('x00620004') ?? 0,
    name: segment.string('x00620005')?.trim() ?? '',
  }));
  if (known.length === 0) throw new Error('a segmentation without segments');
  checkPixels(width, height * taken * known.length, { pixelLimit: limits.voxelLimit ?? VOXEL_LIMIT });
  const layers = new Map<number, Layer>(
    known.map((segment) => [
      segment.number,
      { ...segment, data: binary ? new Uint8Array(count * taken) : new Float32Array(count * taken) },
    ]),
  );

  const most = file.uint16('x0062000e') ?? 255;
  const groups = itemsOf(file, 'x52009230');
  const [shared] = itemsOf(file, 'x52009229');
  for (let frame = 0; frame < frames; frame++) {
    const identified = itemsOf(groups[frame], 'x0062000a')[0] ?? itemsOf(shared, 'x0062000a')[0];
    const layer = layers.get(identified?.uint16('x0062000b') ?? Number.NaN);
    if (!layer) throw new Error(`frame ${frame} says nothing of its segment`);
    if (one !== undefined && slices[frame] !== one) continue;
    const to = (one === undefined ? slices[frame]! : 0) * count;
    for (let i = 0; i < count; i++) {
      const at = frame * count + i;
      layer.data[to + i] = binary
        ? (file.byteArray[pixels!.dataOffset + (at >> 3)]! >> (at & 7)) & 1
        : file.byteArray[pixels!.dataOffset + at]! / most;
    }
  }
  const start = first && one ? places.positions[slices.indexOf(one)] : first;
  const affine = sliceAffine(places, start, step);
  return {
    ...{ data: new Uint8Array(0), width, height, channels: 1, range: [0, 1], layers: [...layers.values()] },
    ...(taken > 1 && { depth }),
    ...(affine && { affine }),
    ...(places.spacing && { spacing: [...places.spacing, step] }),
    refers: segReferences(file),
    partial: true,
  };
}

/** Which slice each frame is, of a grid that holds them all. */
function slicesOf(places: FramePlaces): { slices: number[]; first?: number[]; step: number; depth: number } {
  const { positions, turn, through } = places;
  if (!turn || positions.some((position) => !position)) {
    if (positions.length > 1) throw new Error('its frames do not say where they lie');
    return { slices: [0], ...(positions[0] && { first: positions[0] }), step: through, depth: 1 };
  }
  const heights = positions.map((position) => alongNormal(places, position!));
  const sorted = [...new Set(heights)].sort((a, b) => a - b);
  const lowest = sorted[0]!;
  const gaps = sorted.slice(1).map((height, k) => height - sorted[k]!);
  // Segments of other tools differ in the last digits of the same place.
  const real = gaps.filter((gap) => gap > 1e-3);
  const step = real.length ? Math.min(...real) : through;
  const slices = heights.map((height) => Math.round((height - lowest) / step));
  if (heights.some((height, k) => Math.abs(height - lowest - slices[k]! * step) > 0.01 * step + 1e-3))
    throw new Error('its frames do not lie equally far apart');
  return { slices, first: positions[heights.indexOf(lowest)]!, step, depth: Math.max(...slices) + 1 };
}
