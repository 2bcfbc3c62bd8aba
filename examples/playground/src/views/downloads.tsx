import { useState } from 'preact/hooks';
import type { Agreement } from '../agreement.js';
import { encodeGrey } from '../cases/picture.js';
import { csvOf, geoJsonOf, niftiOf } from '../downloads.js';
import { sliceOf } from '../drawing/paint.js';
import { type Fused, type Method, methods } from '../fusions.js';
import type { Panel } from '../panel.js';
import { blobOf, saveFile } from '../save-file.js';

interface Props {
  panel: Panel;
  fused: Fused;
  agreement: Agreement | undefined;
  threshold: number;
  slice: number;
  fail(problem: string): void;
}

/** What is on the page, as files. */
export function Downloads({ panel, fused, agreement, threshold, slice, fail }: Props) {
  const [method, setMethod] = useState<Method>('STAPLE');
  const { width, height } = panel.image;
  const name = `${panel.structure}-${method}`.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const map = fused.maps[method];
  const part = () => sliceOf(map as Float64Array, slice, width * height);
  const inside = (values: ArrayLike<number>) => Uint8Array.from(values, (value) => Number(value > threshold));
  const files: [label: string, file: string, make: () => Blob | Promise<Blob>][] = [
    ['Mask, PNG', `${name}.png`, () => encodeGrey(inside(part()), width, height)],
    ['Degrees, PNG', `${name}-degrees.png`, () => encodeGrey(part(), width, height)],
    ['Mask, NIfTI', `${name}-mask.nii.gz`, async () => blobOf(await niftiOf(panel, inside(map)))],
    ['Degrees, NIfTI', `${name}.nii.gz`, async () => blobOf(await niftiOf(panel, Float32Array.from(map)))],
    ['Outlines, GeoJSON', `${name}.geojson`, () => blobOf(geoJsonOf(panel, fused, method, threshold, slice))],
    ['Numbers, CSV', `${panel.structure}.csv`, () => blobOf(csvOf(panel, fused, agreement!, threshold))],
  ];
  async function save(file: string, make: () => Blob | Promise<Blob>) {
    try {
      saveFile(file, await make());
    } catch (error) {
      fail(`${file} cannot be written: ${(error as Error).message}.`);
    }
  }
  return (
    <section class="card" aria-labelledby="downloads-title">
      <h2 id="downloads-title">Take it along</h2>
      <div class="row">
        <label>
          Fusion
          <select value={method} onChange={({ currentTarget }) => setMethod(currentTarget.value as Method)}>
            {methods.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
        {files.map(([label, file, make]) => (
          <button
            key={label}
            type="button"
            disabled={label.endsWith('CSV') && !agreement}
            onClick={() => save(file, make)}
          >
            {label}
          </button>
        ))}
      </div>
    </section>
  );
}
