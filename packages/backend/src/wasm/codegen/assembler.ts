/** Bytes of WebAssembly, nested as they were composed. */
export type Code = readonly (number | Code)[];

/** Unsigned LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  do {
    const rest = value >>> 7;
    bytes.push((value & 127) | (rest ? 128 : 0));
    value = rest;
  } while (value);
  return bytes;
}

/** Signed LEB128. */
function signed(value: number): number[] {
  const bytes: number[] = [];
  for (;;) {
    const byte = value & 127;
    value >>= 7;
    if (value === (byte & 64 ? -1 : 0)) return [...bytes, byte];
    bytes.push(byte | 128);
  }
}

function flat(code: Code): number[] {
  return (code as unknown[]).flat(Number.POSITIVE_INFINITY) as number[];
}

const vector = (items: readonly Code[]): Code => [unsigned(items.length), items];
const sized = (code: Code): Code => [unsigned(flat(code).length), code];
const section = (id: number, content: Code): Code => [id, sized(content)];
const text = (value: string): Code => vector([...value].map((letter) => [letter.charCodeAt(0)]));

export const I32 = 0x7f;
export const F32 = 0x7d;
export const V128 = 0x7b;

const lane4 = (opcode: number): Code => [0xfd, unsigned(opcode)];
const memory =
  (opcode: Code, align: number) =>
  (offset: number): Code => [opcode, align, unsigned(offset)];

export const get = (local: number): Code => [0x20, unsigned(local)];
export const set = (local: number): Code => [0x21, unsigned(local)];
export const constant = (value: number): Code => [0x41, signed(value)];
export const add: Code = [0x6a];
export const subtract: Code = [0x6b];
export const multiply: Code = [0x6c];
/** Signed a ≥ b. */
export const atLeast: Code = [0x4e];
export const when = (condition: Code, then: Code, otherwise: Code = []): Code => [
  condition,
  0x04,
  0x40,
  then,
  otherwise.length ? [0x05, otherwise] : [],
  0x0b,
];
/** Runs `body` as long as `condition`, tested first, holds. */
export const loopWhile = (condition: Code, body: Code): Code =>
  when(condition, [0x03, 0x40, body, condition, 0x0d, 0, 0x0b]);

/** The instructions that a vector of four numbers and a single number have in common. */
export interface Lanes {
  type: number;
  count: number;
  /** `value`, rounded to 32 bits, in every lane. */
  number(value: number): Code;
  load(offset: number): Code;
  /** Loads one number into every lane. */
  splat(offset: number): Code;
  store(offset: number): Code;
  /** sum + left · right. */
  multiplyAdd(sum: Code, left: Code, right: Code): Code;
  plus: Code;
  minus: Code;
  times: Code;
  over: Code;
  least: Code;
  greatest: Code;
  absolute: Code;
  /** `then` in the lanes where left > right, else `otherwise`. */
  whereGreater(left: Code, right: Code, then: Code, otherwise: Code): Code;
}

const bytesOf = (value: number) => [...new Uint8Array(Float32Array.of(value).buffer)];

export const four: Lanes = {
  type: V128,
  count: 4,
  number: (value) => [lane4(12), Array(4).fill(bytesOf(value))],
  load: memory(lane4(0), 2),
  splat: memory(lane4(9), 2),
  store: memory(lane4(11), 2),
  multiplyAdd: (sum, left, right) => [sum, left, right, lane4(230), lane4(228)],
  plus: lane4(228),
  minus: lane4(229),
  times: lane4(230),
  over: lane4(231),
  least: lane4(234),
  greatest: lane4(235),
  absolute: lane4(224),
  whereGreater: (left, right, then, otherwise) => [then, otherwise, left, right, lane4(68), lane4(82)],
};

/** With the fused multiply-add of relaxed SIMD. */
export const fourFused: Lanes = {
  ...four,
  multiplyAdd: (sum, left, right) => [left, right, sum, lane4(0x105)],
};

export const one: Lanes = {
  type: F32,
  count: 1,
  number: (value) => [0x43, bytesOf(value)],
  load: memory([0x2a], 2),
  splat: memory([0x2a], 2),
  store: memory([0x38], 2),
  multiplyAdd: (sum, left, right) => [sum, left, right, 0x94, 0x92],
  plus: [0x92],
  minus: [0x93],
  times: [0x94],
  over: [0x95],
  least: [0x96],
  greatest: [0x97],
  absolute: [0x8b],
  whereGreater: (left, right, then, otherwise) => [then, otherwise, left, right, 0x5e, 0x1b],
};

/** A module that imports the memory `env.memory` and exports one function of i32 parameters, called `run`. */
export function moduleOf(
  parameters: number,
  locals: readonly number[],
  body: Code,
  shared: boolean,
): Uint8Array<ArrayBuffer> {
  const limits = shared ? [3, 0, unsigned(65536)] : [0, 0];
  const func: Code = [vector(locals.map((type) => [1, type])), body, 0x0b];
  return new Uint8Array(
    flat([
      [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      section(1, vector([[0x60, vector(Array(parameters).fill([I32])), 0]])),
      section(2, vector([[text('env'), text('memory'), 2, limits]])),
      section(3, vector([[0]])),
      section(7, vector([[text('run'), 0, 0]])),
      section(10, vector([sized(func)])),
    ]),
  );
}
