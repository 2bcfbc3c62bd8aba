/** How one sample lies in memory. */
interface Sample {
  bytes: number;
  read(view: DataView, at: number, little: boolean): number;
}

/** The kinds of samples that volumes are stored as. 64-bit integers above 2⁵³ are rounded. */
export const SAMPLES = {
  uint8: { bytes: 1, read: (view, at) => view.getUint8(at) },
  int8: { bytes: 1, read: (view, at) => view.getInt8(at) },
  uint16: { bytes: 2, read: (view, at, little) => view.getUint16(at, little) },
  int16: { bytes: 2, read: (view, at, little) => view.getInt16(at, little) },
  uint32: { bytes: 4, read: (view, at, little) => view.getUint32(at, little) },
  int32: { bytes: 4, read: (view, at, little) => view.getInt32(at, little) },
  uint64: { bytes: 8, read: (view, at, little) => Number(view.getBigUint64(at, little)) },
  int64: { bytes: 8, read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  float32: { bytes: 4, read: (view, at, little) => view.getFloat32(at, little) },
  float64: { bytes: 8, read: (view, at, little) => view.getFloat64(at, little) },
} satisfies Record<string, Sample>;

export type SampleType = keyof typeof SAMPLES;

/** Values as little-endian bytes, whatever this machine is. */
export function littleEndian(values: Uint8Array | Float32Array): Uint8Array {
  if (values instanceof Uint8Array) return values;
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, i) => {
    view.setFloat32(4 * i, value, true);
  });
  return new Uint8Array(view.buffer);
}
