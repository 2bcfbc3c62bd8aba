import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { padImages } from '../../memory/padded-images.js';
import { productsOf } from '../../memory/products.js';
import { type Axes, meetings, zeros } from './conv-geometry.js';
import { correlate, packFilter } from './correlate.js';

/** y[o, d] = bias[d] + Σ_{k, c} x[o·stride + k·dilation − before, c] · w[k, c, d], slice by slice. */
export function convolve(
  backend: BackendWasm,
  x: TensorInfo,
  filter: TensorInfo,
  [slices, rows, columns]: Axes,
  shape: number[],
  bias?: TensorInfo,
): TensorInfo {
  const [batch] = x.shape as [number];
  const [channels, outputs] = filter.shape.slice(-2) as [number, number];
  const out = backend.makeOutput(shape, 'float32');
  const taps = rows.filter * columns.filter;
  const filters = Array.from({ length: slices.filter }, (_, k) =>
    packFilter(backend, filter, {
      taps: [rows.filter, columns.filter],
      channels,
      channelStride: outputs,
      outputs,
      outputStride: 1,
      tap: (i, j) => (k * taps + i * columns.filter + j) * channels * outputs,
    }),
  );
  const images = padImages(backend, x, zeros(rows), zeros(columns));
  if (bias) fillRows(backend, out, bias);
  else if (slices.filter > 1) backend.typedArrayFromHeap(out).fill(0);
  const { matrix } = productsOf(backend);
  const pixel = outputs * 4;
  const row = columns.output * pixel;
  const result = backend.getMemoryOffset(out.dataId);
  for (const { slice, others } of meetings(slices, batch, 'input')) {
    const from = images.address(slice);
    for (const { slice: output, tap } of others)
      correlate(
        matrix,
        {
          from,
          image: images,
          filter: filters[tap]!,
          strides: [rows.stride, columns.stride],
          dilations: [rows.dilation, columns.dilation],
          to: {
            address: result + output * rows.output * row,
            rows: rows.output,
            columns: columns.output,
            row,
            pixel,
          },
        },
        bias !== undefined || slices.filter > 1,
      );
  }
  images.dispose();
  for (const packed of filters) packed.dispose();
  return out;
}

/** Repeats a bias, of one number or one per channel, over all of `out`. */
function fillRows(backend: BackendWasm, out: TensorInfo, bias: TensorInfo): void {
  const values = backend.typedArrayFromHeap(out);
  const biases = backend.typedArrayFromHeap(bias);
  if (biases.length === 1) values.fill(biases[0]!);
  else values.set(biases);
  for (let filled = biases.length; filled < values.length; filled *= 2) {
    values.copyWithin(filled, 0, Math.min(filled, values.length - filled));
  }
}
