import * as wasm from './assembler.js';
import { type Code, constant, get, type Lanes, set } from './assembler.js';

/**
 * What is computed of each of `rows` pixels x and dy, whose `columns` channels lie together, with numbers a, b and c
 * of each channel:
 *
 * - `squares`: c ← c + Σ (x − a)²
 * - `slopes`: b ← b + Σ dy, c ← c + Σ dy · (x − a)
 * - `scaled`: out = a · x + b
 * - `combined`: out = a · dy + b · x + c
 */
export type ChannelKind = 'squares' | 'slopes' | 'scaled' | 'combined';

/** All but the last two are bytes in memory; those that a kind does not have may be anything, 0 say. */
export type ChannelRun = (
  x: number,
  dy: number,
  out: number,
  a: number,
  b: number,
  c: number,
  rows: number,
  columns: number,
) => void;

const parameters = ['x', 'dy', 'out', 'a', 'b', 'c', 'rows', 'columns'] as const;
const integers = [...parameters, 'row', 'stride'] as const;
type Integer = (typeof integers)[number];
const numbers = ['a', 'b', 'c', 'difference'] as const;
const pixels = ['x', 'dy', 'out'] as const;
const channels = ['a', 'b', 'c'] as const;

const read = (name: Integer) => get(integers.indexOf(name));
const assign = (name: Integer, value: Code) => [value, set(integers.indexOf(name))];
const increase = (name: Integer, by: Code) => assign(name, [read(name), by, wasm.add]);

/** The work on one pixel, and which of the channels' numbers it changes. */
function work(kind: ChannelKind, lanes: Lanes, local: (name: (typeof numbers)[number]) => number) {
  const [a, b, c, difference] = numbers.map((name) => get(local(name))) as [Code, Code, Code, Code];
  const [x, dy] = [
    [read('x'), lanes.load(0)],
    [read('dy'), lanes.load(0)],
  ];
  const keep = (name: (typeof numbers)[number], value: Code) => [value, set(local(name))];
  const minusA = keep('difference', [x, a, lanes.minus]);
  const works: Record<ChannelKind, { code: Code; changes: readonly (typeof channels)[number][] }> = {
    squares: {
      code: [minusA, keep('c', lanes.multiplyAdd(c, difference, difference))],
      changes: ['c'],
    },
    slopes: {
      code: [minusA, keep('b', [b, dy, lanes.plus]), keep('c', lanes.multiplyAdd(c, dy, difference))],
      changes: ['b', 'c'],
    },
    scaled: { code: [read('out'), lanes.multiplyAdd(b, a, x), lanes.store(0)], changes: [] },
    combined: {
      code: [read('out'), lanes.multiplyAdd(lanes.multiplyAdd(c, b, x), a, dy), lanes.store(0)],
      changes: [],
    },
  };
  return works[kind];
}

/** The module whose function `run` is the `ChannelRun` of this kind, on the lanes of `vector`. */
export function channelModule(kind: ChannelKind, vector: Lanes, shared: boolean): Uint8Array<ArrayBuffer> {
  const part = (lanes: Lanes): Code => {
    const first = integers.length + (lanes.type === wasm.V128 ? 0 : numbers.length);
    const local = (name: (typeof numbers)[number]) => first + numbers.indexOf(name);
    const { code, changes } = work(kind, lanes, local);
    const width = constant(lanes.count * 4);
    const length = [read('rows'), read('stride'), wasm.multiply];
    return wasm.loopWhile(
      [read('columns'), constant(lanes.count), wasm.atLeast],
      [
        channels.map((name) => [read(name), lanes.load(0), set(local(name))]),
        assign('row', read('rows')),
        wasm.loopWhile(read('row'), [
          code,
          pixels.map((name) => increase(name, read('stride'))),
          increase('row', constant(-1)),
        ]),
        changes.map((name) => [read(name), get(local(name)), lanes.store(0)]),
        pixels.map((name) => assign(name, [read(name), length, wasm.subtract, width, wasm.add])),
        channels.map((name) => increase(name, width)),
        increase('columns', constant(-lanes.count)),
      ],
    );
  };
  const types = [wasm.I32, wasm.I32, ...numbers.map(() => vector.type), ...numbers.map(() => wasm.F32)];
  const body = [
    assign('stride', [read('columns'), constant(4), wasm.multiply]),
    vector === wasm.one ? [] : part(vector),
    part(wasm.one),
  ];
  return wasm.moduleOf(parameters.length, types, body, shared);
}
