import type { Size } from './resample.js';

/** @throws RangeError where the values do not fill the plane (or its channels). */
export function checkPlane(
  caller: string,
  { length }: { length: number },
  { width, height, channels = 1 }: Size & { channels?: number },
): void {
  if (length === width * height * channels && length > 0) return;
  throw new RangeError(
    `${caller}: there are ${length} values, expected ${height} × ${width} × ${channels} = ${height * width * channels}`,
  );
}
