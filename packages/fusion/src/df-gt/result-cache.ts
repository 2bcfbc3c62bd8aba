import { check, checkFunction, checkNumbers, checkObject, checkString, checkValues } from '@diff/checks';
import type { DiagnosedCase } from './case-batch.js';
import { checkCase, maskName } from './check-case.js';
import type { DiagnosisFirstResult } from './diagnosis-first.js';
import { type DiagnosisFirstOptions, settingsOf } from './diagnosis-first-options.js';
import { expG } from './exp-g.js';
import { sha256 } from './sha256.js';

/**
 * Where fused cases, and how far a learning has come, are kept between runs, by key; `@diff/fusion/df-gt/node` has one in a
 * folder. What is put in is sealed: an entry that was damaged is made again.
 */
export interface ResultCache {
  get(key: string): Promise<Uint8Array | undefined>;
  /** Must be atomic: a key holds all of its bytes or is absent. */
  set(key: string, bytes: Uint8Array): Promise<void>;
}

/** A cache, if given, and the `id` that it needs. */
export function checkCache(who: string, cache: unknown, id: unknown): void {
  if (id !== undefined) checkString(who, 'id', id);
  if (cache === undefined) return;
  if (id === undefined)
    throw new TypeError(
      `${who}: a cache needs an id that stands for the networks, which cannot be hashed: id is undefined`,
    );
  checkObject(who, 'cache', cache);
  checkFunction(who, 'cache.get', cache.get);
  checkFunction(who, 'cache.set', cache.set);
}

/**
 * SHA-256, as hexadecimal, of everything that decides a case's result: its pixels, masks and diagnosis, the options, and
 * `id`, which stands for what cannot be hashed (the networks' weights, `mask`, `optimizer`, the engine).
 */
export async function resultKey(
  one: DiagnosedCase,
  options: DiagnosisFirstOptions,
  id: string,
): Promise<string> {
  const who = 'resultKey';
  checkCase(who, one, { place: 'one' });
  settingsOf(who, options);
  checkString(who, 'id', id);
  const expertness = options.expertness ?? expG();
  const { image, annotations, diagnosis } = one;
  const structures = options.structures ?? Object.keys(annotations).sort();
  const parts: Uint8Array[] = [];
  const outline = structures.map((structure) =>
    Object.keys((Object.hasOwn(annotations, structure) && annotations[structure]) || {})
      .filter((rater) => annotations[structure]![rater] && (options.raters?.includes(rater) ?? true))
      .sort()
      .map((rater) => {
        const mask = annotations[structure]![rater]!;
        checkValues(who, maskName(structure, rater), mask, 0, 1);
        parts.push(floatBytes(mask));
        return [structure, rater];
      }),
  );
  const settings = {
    // 2: all of ExpG's parameters are one array. 3: maps are drawn where raters differ, which rounds otherwise.
    format: 3,
    id,
    expertness: expertness.key,
    objective: options.objective ?? 'bce',
    iterations: options.iterations ?? expertness.iterations,
    learningRate: options.learningRate ?? expertness.learningRate,
    seed: options.seed ?? 0,
    settle: options.settle ?? null,
    raters: options.raters ?? null,
    structures,
    outline,
    diagnosis,
    size: [image.height, image.width, image.channels],
  };
  checkValues(who, 'image.data', image.data);
  const head = new TextEncoder().encode(JSON.stringify(settings));
  return sha256(concatenate([head, floatBytes(image.data), ...parts]));
}

interface Header {
  fused: Record<string, number>;
  expertness: Record<string, number>;
  parameters: number[];
  logits: number[];
  history: number[];
}

/** A result as bytes: the length of a JSON header, the header, then all maps as 32-bit floats. */
export function encodeResult(result: DiagnosisFirstResult): Uint8Array {
  checkResult('encodeResult', result);
  const arrays = [...Object.values(result.fused), ...Object.values(result.expertness), ...result.parameters];
  const header: Header = {
    fused: lengths(result.fused),
    expertness: lengths(result.expertness),
    parameters: result.parameters.map((values) => values.length),
    logits: Array.from(result.logits),
    history: Array.from(result.history),
  };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const size = new Uint8Array(new Uint32Array([text.length]).buffer);
  return concatenate([size, text, ...arrays.map((values) => floatBytes(values))]);
}

function checkResult(who: string, result: DiagnosisFirstResult): void {
  checkObject(who, 'result', result, 'what diagnosisFirst returned');
  const checkFloats = (what: string, values: ArrayLike<number>) => {
    checkNumbers(who, what, values);
    checkValues(who, what, values);
  };
  for (const part of ['fused', 'expertness'] as const) {
    checkObject(who, `result.${part}`, result[part]);
    for (const [name, values] of Object.entries(result[part]))
      checkFloats(`result.${part}.${name.slice(0, 40)}`, values);
  }
  for (const part of ['logits', 'history'] as const) checkFloats(`result.${part}`, result[part]);
  const { parameters } = result;
  check(Array.isArray(parameters), who, 'result.parameters', parameters, 'an array', 'other');
  for (const [i, values] of parameters.entries()) checkFloats(`result.parameters[${i}]`, values);
}

/** What `encodeResult` wrote, or `undefined` where the bytes are not a whole result. */
export function decodeResult(bytes: Uint8Array): DiagnosisFirstResult | undefined {
  check(bytes instanceof Uint8Array, 'decodeResult', 'bytes', bytes, 'a Uint8Array', 'other');
  if (bytes.length < 4) return undefined;
  const start = 4 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (bytes.length < start) return undefined;
  let header: Header;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, start))) as Header;
  } catch {
    return undefined;
  }
  const counts = [...Object.values(header.fused), ...Object.values(header.expertness), ...header.parameters];
  if (bytes.length !== start + 4 * counts.reduce((a, b) => a + b, 0)) return undefined;
  let offset = start;
  const next = (length: number) => {
    // Not bytes.slice: that of a Buffer is a view.
    const values = new Float32Array(new Uint8Array(bytes.subarray(offset, offset + 4 * length)).buffer);
    offset += 4 * length;
    return values;
  };
  const named = (sizes: Record<string, number>) =>
    Object.fromEntries(Object.entries(sizes).map(([name, length]) => [name, next(length)]));
  return {
    fused: named(header.fused),
    expertness: named(header.expertness),
    parameters: header.parameters.map(next),
    logits: header.logits,
    history: header.history,
  };
}

const lengths = (arrays: Record<string, Float32Array>) =>
  Object.fromEntries(Object.entries(arrays).map(([name, values]) => [name, values.length]));

function floatBytes(values: ArrayLike<number>): Uint8Array {
  const floats = values instanceof Float32Array ? values : Float32Array.from(values);
  return new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength);
}

function concatenate(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
