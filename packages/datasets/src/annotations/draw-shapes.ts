import { readPicture } from '../formats/picture.js';
import type { Size } from '../images/resample.js';
import { type DecodePng, drawAreas } from './draw-areas.js';
import type { Shape } from './shape.js';

const decode: DecodePng = (png, pixelLimit) => readPicture(Buffer.from(png), { pixelLimit, grey: true });

/** `drawAreas` in Node, where sharp reads the shapes that are PNG files. */
export const drawShapes = (
  shapes: readonly Shape[],
  size: Size,
  note?: (reason: string) => void,
): Promise<Uint8Array> => drawAreas(shapes, size, decode, note);
