import type { Raster } from './raster.js';

/**
 * Checks that a mask in colours has one beside black, in whatever shade: of several, what is inside cannot be known by
 * how light they are. Pixels that cannot be seen do not count.
 *
 * @throws Error that names two colours of different hues.
 */
export function checkOneHue({ data, channels }: Pick<Raster, 'data' | 'channels'>): void {
  let [r, g, b] = [0, 0, 0];
  for (let at = 0; at < data.length; at += channels) {
    if (channels === 4 && data[at + 3] === 0) continue;
    const [x, y, z] = [data[at]!, data[at + 1]!, data[at + 2]!];
    // Shades of one colour are proportional, but for rounding.
    const near = Math.max(r, g, b) + Math.max(x, y, z);
    if (Math.abs(x * g - y * r) > near || Math.abs(y * b - z * g) > near || Math.abs(x * b - z * r) > near)
      throw new Error(
        `it has several colours, such as ${r}, ${g}, ${b} and ${x}, ${y}, ${z}: save it as a map of label numbers or one mask per structure`,
      );
    // The lightest tells the hue best.
    if (x + y + z > r + g + b) [r, g, b] = [x, y, z];
  }
}

/** The one channel of a mask in shades of one colour: how much of it there is. @throws Error where there are several colours. */
export function ofOneHue(raster: Raster): Raster {
  if (raster.channels < 3) return raster;
  checkOneHue(raster);
  const { data, channels } = raster;
  const shades = new (data.constructor as typeof Uint8Array)(data.length / channels);
  for (let i = 0; i < shades.length; i++)
    shades[i] = Math.max(data[i * channels]!, data[i * channels + 1]!, data[i * channels + 2]!);
  return { ...raster, data: shades, channels: 1 };
}
