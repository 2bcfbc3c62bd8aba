/** A value that untyped code may pass, and what must come of it. */
export interface Hostile {
  name: string;
  value: unknown;
  /** 'refused': an error; 'same': the answer of the good value; 'either': an answer without NaN, or an error. */
  must: 'refused' | 'same' | 'either';
}

const refused = (name: string, value: unknown): Hostile => ({ name, value, must: 'refused' });
const either = (name: string, value: unknown): Hostile => ({ name, value, must: 'either' });
const same = (name: string, value: unknown): Hostile => ({ name, value, must: 'same' });

const huge = 'x'.repeat(2_000_000);

/** What is neither a number nor an array, string, function or object of options. `undefined` is left to the caller. */
export const strangers = (): Hostile[] => [
  refused('null', null),
  refused('1n', 1n),
  refused('a symbol', Symbol('s')),
  refused('a Map', new Map([[1, 2]])),
  refused('a Date', new Date(0)),
  refused('an object without prototype', Object.create(null)),
];

/** In place of a number. */
export const forNumber = (): Hostile[] => [
  ...strangers(),
  refused('true', true),
  refused('"1"', '1'),
  refused('"toString"', 'toString'),
  refused('a long string', huge),
  refused('[1]', [1]),
  refused('a function', () => 1),
  refused('NaN', Number.NaN),
  either('Infinity', Number.POSITIVE_INFINITY),
  either('-Infinity', Number.NEGATIVE_INFINITY),
  either('-0', -0),
  either('0', 0),
  either('-1', -1),
  either('0.5', 0.5),
  either('1.5', 1.5),
  either('1e300', 1e300),
  either('2 ** 53', 2 ** 53),
];

/** In place of a string, such as the name of a choice. */
export const forString = (): Hostile[] => [
  ...strangers(),
  refused('true', true),
  refused('3', 3),
  refused('["a"]', ['a']),
  refused('""', ''),
  refused('an unknown name', 'no such name'),
  refused('"toString"', 'toString'),
  refused('"__proto__"', '__proto__'),
  refused('a long string', huge),
];

/** In place of true or false. */
export const forBoolean = (): Hostile[] => [
  ...strangers(),
  refused('0', 0),
  refused('1', 1),
  refused('"false"', 'false'),
  refused('[]', []),
];

/** In place of a function. */
export const forFunction = (): Hostile[] => [
  ...strangers(),
  refused('3', 3),
  refused('"f"', 'f'),
  refused('[]', []),
  refused('{}', {}),
];

/** In place of an array of numbers. */
export function forNumbers(good: ArrayLike<number>): Hostile[] {
  const values = Array.from(good);
  const integers = values.every((value) => Number.isInteger(value) && value >= 0 && value < 256);
  return [
    ...strangers(),
    refused('true', true),
    refused('3', 3),
    refused('a string', '0'.repeat(values.length)),
    refused('a long string', huge),
    refused('a function', () => values),
    refused('a Set', new Set(values)),
    refused('a DataView', new DataView(new ArrayBuffer(values.length))),
    refused('an ArrayBuffer', new ArrayBuffer(values.length)),
    refused('BigInt64Array', new BigInt64Array(values.length)),
    refused('BigUint64Array', new BigUint64Array(values.length)),
    refused(
      'array of 1n',
      values.map(() => 1n),
    ),
    refused('array of booleans', values.map(Boolean)),
    refused('array of strings', values.map(String)),
    refused(
      'array of null',
      values.map(() => null),
    ),
    refused(
      'array of arrays',
      values.map((value) => [value]),
    ),
    refused('sparse array', new Array(values.length)),
    refused('[]', []),
    refused('detached', detached(values.length)),
    either('one value', values.slice(0, 1)),
    either('one more value', [...values, values[0] ?? 0]),
    either('million ones', new Uint8Array(1_000_000).fill(1)),
    same('plain array', values),
    same('Float64Array', Float64Array.from(values)),
    same('a view into a shared buffer', shared(values)),
    same(
      '-0 for 0',
      values.map((value) => (value === 0 ? -0 : value)),
    ),
    ...(integers
      ? [
          same('Uint8Array', Uint8Array.from(values)),
          same('Int16Array', Int16Array.from(values)),
          same('Float32Array', Float32Array.from(values)),
          same('bytes at an odd place', Uint8Array.from([9, ...values]).subarray(1)),
          same('a Buffer at an odd place', odd(values)),
        ]
      : []),
  ];
}

/** In place of one value of an array of numbers. `missing`: NaN, null and undefined say that there is no value. */
export const forElement = (missing: boolean): Hostile[] => [
  ...(missing ? [] : [refused('null', null), refused('undefined', undefined), refused('NaN', Number.NaN)]),
  refused('true', true),
  refused('"1"', '1'),
  refused('1n', 1n),
  refused('a symbol', Symbol('s')),
  refused('an object', { valueOf: () => 1 }),
  refused('Infinity', Number.POSITIVE_INFINITY),
  refused('-Infinity', Number.NEGATIVE_INFINITY),
  either('-1', -1),
  either('0.5', 0.5),
  either('3', 3),
  either('1e300', 1e300),
  either('-1e300', -1e300),
  either('5e-324', 5e-324),
];

/** In place of an array of other things than numbers. */
export const forList = (): Hostile[] => [
  ...strangers(),
  refused('true', true),
  refused('3', 3),
  refused('a string', 'ab'),
  refused('a function', () => []),
  refused('{}', {}),
  refused('[]', []),
  refused('sparse array', new Array(3)),
  refused('a Set', new Set()),
];

/** In place of an object of options. */
export const forOptions = (): Hostile[] => [
  refused('null', null),
  refused('3', 3),
  refused('true', true),
  refused('a string', 'threshold'),
  refused('1n', 1n),
  refused('a symbol', Symbol('s')),
  refused('[]', []),
  refused('an array', [0.5]),
  refused('a typed array', new Float32Array(2)),
];

/** Names that an object of options must refuse. */
export const unknownNames = (names: readonly string[]): string[] => [
  'toString',
  'constructor',
  'hasOwnProperty',
  'nonsense',
  '',
  ...names.map((name) => `${name[0]}${name}`),
  'x'.repeat(10_000),
];

function detached(length: number): Uint8Array {
  const array = new Uint8Array(length);
  structuredClone(array.buffer, { transfer: [array.buffer] });
  return array;
}

function shared(values: number[]): Float64Array {
  const array = new Float64Array(new SharedArrayBuffer(8 * values.length));
  array.set(values);
  return array;
}

/** Bytes behind a header of one byte, as pixels in a file are. */
function odd(values: number[]): Uint8Array {
  const pool = new Uint8Array(values.length + 3);
  pool.set(values, 3);
  return pool.subarray(3);
}
