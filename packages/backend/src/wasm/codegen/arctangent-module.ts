import * as wasm from './assembler.js';
import { type Code, constant, get, type Lanes, set } from './assembler.js';

/** What a = arctan x and a² are divided by. */
const scales = { first: 0.67, second: 0.6 };

/**
 * P with arctan t = t · P(t²) for |t| ≤ 1, from the constant term on: Remez' exchange for the smallest relative error,
 * 1e-7.
 */
const coefficients = [
  0.9999999009903421, -0.333319907465346, 0.1996972390112306, -0.14019480927985814, 0.09914292871983028,
  -0.05948639367100228, 0.024252403430486257, -0.004693276100238083,
];

const integers = ['x', 'bias', 'out', 'dy', 'dx', 'rows', 'columns', 'column', 'at'] as const;
const parameters = 7;
const numbers = ['x', 'sign', 't', 't2', 't4', 't8', 'p', 'a', 'gradient'] as const;

const read = (name: (typeof integers)[number]) => get(integers.indexOf(name));
const write = (name: (typeof integers)[number]) => set(integers.indexOf(name));
const increase = (name: (typeof integers)[number], by: Code) => [read(name), by, wasm.add, write(name)];

/** The value of each name in `numbers` in lanes of either type. */
function values(lanes: Lanes) {
  const first = integers.length + (lanes.type === wasm.V128 ? 0 : numbers.length);
  const index = (name: (typeof numbers)[number]) => first + numbers.indexOf(name);
  return {
    value: (name: (typeof numbers)[number]) => get(index(name)),
    assign: (name: (typeof numbers)[number], code: Code) => [code, set(index(name))],
  };
}

/**
 * Σ cᵢ · sⁱ by halves, low + high · s^(n / 2), where `powers` are s^(n / 2), s^(n / 4) … s: shorter to wait for than
 * Horner's chain.
 */
function polynomial(lanes: Lanes, c: readonly number[], [power, ...powers]: readonly Code[]): Code {
  if (!power) return lanes.number(c[0]!);
  const half = (start: number) => polynomial(lanes, c.slice(start, start + c.length / 2), powers);
  return lanes.multiplyAdd(half(0), half(c.length / 2), power);
}

/** From x = `x` + `bias`, a / 0.67 and a² / 0.6 into a row of `out` of twice the columns. */
function forward(lanes: Lanes): Code {
  const { value, assign } = values(lanes);
  const clamped = [value('x'), lanes.number(-1), lanes.greatest, lanes.number(1), lanes.least];
  const larger = [value('x'), lanes.absolute, lanes.number(1), lanes.greatest];
  const complement = [value('sign'), lanes.number(Math.PI / 2), lanes.times, value('p'), lanes.minus];
  return [
    assign('sign', clamped),
    // t is x, or 1 / x where |x| > 1, whose arctangent is ±π/2 less that of x.
    assign('t', [value('sign'), larger, lanes.over]),
    assign('t2', [value('t'), value('t'), lanes.times]),
    assign('t4', [value('t2'), value('t2'), lanes.times]),
    assign('t8', [value('t4'), value('t4'), lanes.times]),
    assign('p', [
      polynomial(lanes, coefficients, [value('t8'), value('t4'), value('t2')]),
      value('t'),
      lanes.times,
    ]),
    assign('a', lanes.whereGreater([value('x'), lanes.absolute], lanes.number(1), complement, value('p'))),
    [read('out'), value('a'), lanes.number(1 / scales.first), lanes.times, lanes.store(0)],
    [read('at'), value('a'), value('a'), lanes.times, lanes.number(1 / scales.second), lanes.times],
    lanes.store(0),
  ];
}

/** Σ dy · d out / dx = (dy₁ / 0.67 + dy₂ · 2a / 0.6) / (1 + x²), with a / 0.67 read from `out`. */
function backward(lanes: Lanes): Code {
  const { value, assign } = values(lanes);
  const { first, second } = scales;
  const twiceA = [read('out'), lanes.load(0), lanes.number((2 * first) / second), lanes.times];
  return [
    assign('a', [read('at'), lanes.load(0), twiceA, lanes.times]),
    assign('gradient', lanes.multiplyAdd(value('a'), [read('dy'), lanes.load(0)], lanes.number(1 / first))),
    [read('dx'), value('gradient'), lanes.multiplyAdd(lanes.number(1), value('x'), value('x')), lanes.over],
    lanes.store(0),
  ];
}

export type ArctangentKind = 'forward' | 'backward';

/**
 * The module whose `run(x, bias, out, dy, dx, rows, columns)` computes the composite arctangent of every row of x + bias
 * into `out`, or its gradient into `dx`.
 */
export function arctangentModule(
  kind: ArctangentKind,
  vector: Lanes,
  shared: boolean,
): Uint8Array<ArrayBuffer> {
  const wide = kind === 'forward' ? 'out' : 'dy';
  const moving = kind === 'forward' ? (['x', 'out'] as const) : (['x', 'out', 'dy', 'dx'] as const);
  const row = [read('columns'), constant(4), wasm.multiply];
  const part = (lanes: Lanes): Code => {
    const { assign } = values(lanes);
    const step = constant(lanes.count * 4);
    return wasm.loopWhile(
      [read('column'), constant(lanes.count), wasm.atLeast],
      [
        assign('x', [read('x'), lanes.load(0), read('bias'), lanes.load(0), lanes.plus]),
        [read(wide), row, wasm.add, write('at')],
        kind === 'forward' ? forward(lanes) : backward(lanes),
        [...moving, 'bias' as const].map((name) => increase(name, step)),
        increase('column', constant(-lanes.count)),
      ],
    );
  };
  const body = wasm.loopWhile(read('rows'), [
    [read('columns'), write('column')],
    part(vector),
    part(wasm.one),
    [read('bias'), row, wasm.subtract, write('bias')],
    [increase('out', row), kind === 'backward' ? increase('dy', row) : []],
    increase('rows', constant(-1)),
  ]);
  const types = [
    ...integers.slice(parameters).map(() => wasm.I32),
    ...numbers.map(() => vector.type),
    ...numbers.map(() => wasm.F32),
  ];
  return wasm.moduleOf(parameters, types, body, shared);
}
