import type { Layer, Raster } from './raster.js';

/** Which layer is wanted, by its name or else its number. */
export interface WantedLayer {
  name?: string;
  number?: number;
}

const told = ({ layers = [] }: Raster) =>
  layers
    .slice(0, 8)
    .map(({ number, name }) => `${number} (${name})`)
    .join(', ');

/** The layer that is wanted, or the only one. @throws Error where there is none such, or several and none is wanted. */
export function chosenLayer(raster: Raster, wanted: WantedLayer | undefined): Raster {
  const layers = raster.layers!;
  const by = (test: (layer: Layer) => boolean) => layers.find(test);
  const found = wanted
    ? (by(({ name }) => name.toLowerCase() === wanted.name?.toLowerCase()) ??
      by(({ number }) => number === wanted.number))
    : layers.length === 1
      ? layers[0]
      : undefined;
  if (!found && wanted)
    throw new Error(`it has the segments ${told(raster)}, and not ${wanted.name ?? wanted.number}`);
  if (!found) throw new Error(`it has the segments ${told(raster)}: the option class says which to take`);
  const { layers: _, ...rest } = raster;
  return { ...rest, data: found.data, chosen: true };
}

/** All layers as one map of their numbers. @throws Error where two of them overlap, or are degrees. */
export function labelMapOf(raster: Raster): Raster {
  const { layers, ...rest } = raster;
  if (!layers) return raster;
  if (layers.length === 1 && layers[0]!.data instanceof Float32Array)
    return { ...rest, data: layers[0]!.data };
  const data = new Float32Array(layers[0]!.data.length);
  for (const { number, data: own } of layers) {
    for (let i = 0; i < data.length; i++) {
      if (!own[i]) continue;
      if (own[i] !== 1)
        throw new Error(`it has degrees of the segments ${told(raster)}, expected one segment`);
      if (data[i]) throw new Error(`its segments ${told(raster)} overlap, expected a map of labels`);
      data[i] = number;
    }
  }
  return { ...rest, data, range: [0, Math.max(...layers.map(({ number }) => number))], labels: true };
}
