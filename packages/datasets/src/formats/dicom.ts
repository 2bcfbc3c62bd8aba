import dicomParser from 'dicom-parser';
import { checkPixels, type Raster, type RasterLimits } from '../images/raster.js';

const UNCOMPRESSED = new Set(['1.2.840.10008.1.2', '1.2.840.10008.1.2.1']);

/**
 * A grey DICOM image of 8 or 16 bits, uncompressed and little-endian, scaled by its rescale slope and intercept and
 * shown through its first window, or between its extremes where it has none. `dicom-parser` reads the tags; it is
 * small, has no dependency, and leaves the pixels to its caller.
 */
export async function readDicom(bytes: Buffer, limits: RasterLimits): Promise<Raster> {
  const file = dicomParser.parseDicom(bytes);
  const syntax = file.string('x00020010') ?? '1.2.840.10008.1.2';
  if (!UNCOMPRESSED.has(syntax))
    throw new Error(`DICOM transfer syntax ${syntax} is not supported: decompress it`);
  const number = (tag: string, otherwise: number) => file.floatString(tag) ?? otherwise;
  const [height, width] = [file.uint16('x00280010') ?? 0, file.uint16('x00280011') ?? 0];
  checkPixels(width, height, limits);
  const photometric = file.string('x00280004')?.trim();
  const inverted = photometric === 'MONOCHROME1';
  if (!inverted && photometric !== 'MONOCHROME2')
    throw new Error(`DICOM of ${photometric}, expected MONOCHROME1 or 2`);
  const bits = file.uint16('x00280100') ?? 0;
  if (bits !== 8 && bits !== 16) throw new Error(`DICOM of ${bits} bits a pixel, expected 8 or 16`);
  const pixels = file.elements.x7fe00010;
  if (!pixels || pixels.length < (width * height * bits) / 8) throw new Error('DICOM without all its pixels');

  const view = new DataView(bytes.buffer, bytes.byteOffset + pixels.dataOffset, pixels.length);
  const stored = (file.uint16('x00280101') ?? bits) as number;
  const signed = file.uint16('x00280103') === 1;
  const [slope, intercept] = [number('x00281053', 1), number('x00281052', 0)];
  const data = new Float32Array(width * height);
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < data.length; i++) {
    // Bits above those stored may hold overlays; the sign is that of the highest stored bit.
    const unused = 32 - stored;
    const word = (bits === 8 ? view.getUint8(i) : view.getUint16(2 * i, true)) << unused;
    const value = (signed ? word >> unused : word >>> unused) * slope + intercept;
    data[i] = value;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const [centre, width_] = [file.floatString('x00281050'), file.floatString('x00281051')];
  if (centre !== undefined && width_ !== undefined && width_ > 1) {
    // DICOM PS3.3 C.11.2.1.2.1: the linear window runs from c - 0.5 - (w - 1) / 2 to c - 0.5 + (w - 1) / 2.
    [low, high] = [centre - 0.5 - (width_ - 1) / 2, centre - 0.5 + (width_ - 1) / 2];
  }
  return { data, width, height, channels: 1, range: inverted ? [high, low] : [low, high] };
}
