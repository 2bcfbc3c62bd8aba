/** A tensor outside any engine. */
export interface Weights {
  shape: number[];
  data: Float32Array;
}

/** The tensors and the metadata of a safetensors file. */
export interface Safetensors {
  tensors: Map<string, Weights>;
  metadata: Record<string, string>;
}

const readers: Record<string, { bytes: number; read: (view: DataView, at: number) => number }> = {
  F64: { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  F32: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  F16: { bytes: 2, read: (view, at) => half(view.getUint16(at, true)) },
  BF16: { bytes: 2, read: (view, at) => bfloat(view.getUint16(at, true)) },
  I64: { bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
  I32: { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  I16: { bytes: 2, read: (view, at) => view.getInt16(at, true) },
  I8: { bytes: 1, read: (view, at) => view.getInt8(at) },
  U8: { bytes: 1, read: (view, at) => view.getUint8(at) },
  BOOL: { bytes: 1, read: (view, at) => view.getUint8(at) },
};

/**
 * Reads a safetensors file (8 bytes little-endian header length, JSON header, data), every number as a float32.
 *
 * @param name What to call the file in an error.
 * @throws Error if the file is cut off, or its header contradicts itself.
 */
export function readSafetensors(bytes: Uint8Array, name = 'the file'): Safetensors {
  const broken = (why: string) => new Error(`${name} is not a whole safetensors file: ${why}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8) throw broken(`it has ${bytes.length} bytes`);
  const start = 8 + Number(view.getBigUint64(0, true));
  if (start > bytes.length) throw broken(`its header ends at byte ${start}, the file at ${bytes.length}`);
  let header: Record<string, unknown>;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, start)));
  } catch {
    throw broken('its header is not JSON');
  }
  const { __metadata__: metadata = {}, ...entries } = header;
  const tensors = new Map<string, Weights>();
  for (const [key, entry] of Object.entries(entries)) {
    const {
      dtype,
      shape,
      data_offsets: range,
    } = entry as { dtype: string; shape: number[]; data_offsets: number[] };
    const counts = [shape, range].every(
      (list) => Array.isArray(list) && list.every((n) => Number.isInteger(n) && n >= 0),
    );
    if (!counts) throw broken(`its header does not describe "${key}"`);
    const reader = Object.hasOwn(readers, dtype) ? readers[dtype] : undefined;
    if (!reader) throw broken(`"${key}" is of type ${dtype}`);
    const length = shape.reduce((product, side) => product * side, 1);
    const [from, to] = [start + range[0]!, start + range[1]!];
    if (to - from !== length * reader.bytes)
      throw broken(`"${key}" of shape [${shape}] has ${to - from} bytes`);
    if (to > bytes.length) throw broken(`"${key}" ends at byte ${to}, the file at ${bytes.length}`);
    tensors.set(key, { shape, data: readArray(view, dtype, reader, from, length) });
  }
  return { tensors, metadata: metadata as Record<string, string> };
}

function readArray(
  view: DataView,
  dtype: string,
  reader: (typeof readers)[string],
  from: number,
  length: number,
) {
  if (dtype === 'F32' && littleEndian)
    return new Float32Array(view.buffer.slice(view.byteOffset + from, view.byteOffset + from + 4 * length));
  return Float32Array.from({ length }, (_, i) => reader.read(view, from + i * reader.bytes));
}

/** Writes tensors as F32, in the map's order. The data begin at a multiple of 8 bytes. */
export function writeSafetensors({ tensors, metadata }: Safetensors): Uint8Array {
  let end = 0;
  // Without a prototype, so that a tensor may bear any name, `__proto__` too.
  const header: Record<string, unknown> = Object.assign(Object.create(null), { __metadata__: metadata });
  for (const [name, { shape, data }] of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const length = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + length + end).fill(0x20, 8, 8 + length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(json, 8);
  let at = 8 + length;
  for (const { data } of tensors.values()) {
    if (littleEndian) bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    else
      for (const [i, value] of data.entries()) new DataView(bytes.buffer).setFloat32(at + 4 * i, value, true);
    at += data.byteLength;
  }
  return bytes;
}

const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction ? Number.NaN : sign * Infinity;
  return sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -14 * (fraction / 1024));
}

function bfloat(bits: number): number {
  return new Float32Array(new Uint32Array([bits << 16]).buffer)[0]!;
}
