import { encodeGeoJson, encodeNifti } from '@diff/datasets/browser';
import type { Agreement } from './agreement.js';
import { type Fused, type Method, methods } from './fusions.js';
import type { Panel } from './panel.js';

const quoted = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** All numbers of the page as CSV: what is measured, of whom, with whom, and the value. */
export function csvOf(
  panel: Panel,
  fused: Fused,
  { dice, kappa, alpha, ranks }: Agreement,
  threshold: number,
): string {
  const names = panel.raters.filter(({ isIn }) => isIn).map(({ name }) => name);
  const rows: [string, string, string, number | undefined][] = [];
  for (const method of methods) {
    let inside = 0;
    const map = fused.maps[method];
    for (let i = 0; i < map.length; i++) if (map[i]! > threshold) inside++;
    rows.push([`pixels above ${threshold}`, method, '', inside]);
  }
  const { sensitivity, specificity } = fused.steps.at(-1)!;
  names.forEach((name, i) => {
    rows.push(
      ['STAPLE sensitivity', name, '', sensitivity[i]],
      ['STAPLE specificity', name, '', specificity[i]],
    );
    rows.push(['Dice', name, 'STAPLE', ranks[i]!.dice]);
  });
  const pairs = [
    ['Dice', dice],
    ["Cohen's kappa", kappa],
  ] as const;
  for (const [measure, matrix] of pairs)
    names.forEach((name, i) => {
      for (let j = i + 1; j < names.length; j++) rows.push([measure, name, names[j]!, matrix[i]![j]]);
    });
  rows.push(["Krippendorff's alpha", 'all', '', alpha?.estimate]);
  const lines = rows.map(([measure, of, other, value]) => [...[measure, of, other].map(quoted), value ?? '']);
  return `measure,of,with,value\n${lines.map((cells) => cells.join(',')).join('\n')}\n`;
}

/** The outlines of a slice: of every rater, and of the fused mask under the method's name. */
export function geoJsonOf(
  panel: Panel,
  fused: Fused,
  method: Method,
  threshold: number,
  slice: number,
): string {
  const { width, height } = panel.image;
  const part = (values: ArrayLike<number>, above: number) =>
    Uint8Array.from({ length: width * height }, (_, i) =>
      Number(values[slice * width * height + i]! > above),
    );
  const own = panel.raters
    .filter(({ isIn }) => isIn)
    .map(({ name, mask }) => [name, part(mask, 0.5)] as const);
  return encodeGeoJson(Object.fromEntries([...own, [method, part(fused.maps[method], threshold)]]), {
    width,
    height,
  });
}

/** Values of the whole case, a plane or a volume, where it lies. */
export function niftiOf({ image }: Panel, values: Uint8Array | Float32Array): Promise<Uint8Array> {
  const { width, height, depth = 1, spacing, affine } = image;
  const extent = { width, height, depth, ...(spacing && { spacing }), ...(affine && { affine }) };
  return encodeNifti(values, extent);
}
