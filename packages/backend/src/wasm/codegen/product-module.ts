import * as wasm from './assembler.js';
import { add, type Code, constant, get, type Lanes, multiply, set } from './assembler.js';

/** A `channelwise` product multiplies columns of a with those of b, a `matrix` product one number of a with all of them. */
export type ProductKind = 'matrix' | 'channelwise';

const parameters = [
  ...['a', 'b', 'c', 'rows', 'columns', 'inner', 'steps'],
  ...['aRow', 'aInner', 'aStep', 'bInner', 'bStep', 'cRow', 'accumulate'],
] as const;

/** The module's function, with the arguments in the order of `parameters`. */
export type ProductRun = (...args: [...numbers: number[], accumulate: boolean]) => void;

const variables = [
  'row',
  'step',
  'k',
  'aRows',
  'cRows',
  'aSteps',
  'bSteps',
  'bAt',
  'cAt',
  'a0',
  'a1',
  'a2',
  'a3',
];
const integer = new Map([...parameters, ...variables].map((name, local) => [name, local]));
const read = (name: string) => get(integer.get(name)!);
const write = (name: string) => set(integer.get(name)!);
const assign = (name: string, value: Code) => [value, write(name)];
const increase = (name: string, by: Code) => [read(name), by, add, write(name)];
const times = (a: Code, b: Code) => [a, b, multiply];
const repeat = (count: number, code: (i: number) => Code): Code =>
  Array.from({ length: count }, (_, i) => code(i));

/** Rows and vectors of the largest tile: its 8 sums, 2 vectors of b and 1 of a fit 16 registers. */
const heights = [4, 2, 1];
const maxSums = 8;
const maxRight = 2;
const locals = maxSums + maxRight + 1;

/** `height` rows and `width` vectors of columns of the sums. */
function tile(kind: ProductKind, lanes: Lanes, height: number, width: number): Code {
  const first = integer.size + (lanes.type === wasm.V128 ? 0 : locals);
  const sum = (i: number, j: number) => first + i * width + j;
  const right = (j: number) => first + maxSums + j;
  const left = first + maxSums + maxRight;
  const at = (j: number) => j * lanes.count * 4;
  const everySum = (code: (i: number, j: number) => Code): Code => [
    assign('cAt', read('cRows')),
    repeat(height, (i) => [repeat(width, (j) => code(i, j)), increase('cAt', read('cRow'))]),
  ];
  return [
    wasm.when(
      read('accumulate'),
      everySum((i, j) => [read('cAt'), lanes.load(at(j)), set(sum(i, j))]),
      everySum((i, j) => [lanes.number(0), set(sum(i, j))]),
    ),
    assign('aSteps', read('aRows')),
    assign('bSteps', read('b')),
    assign('step', read('steps')),
    wasm.loopWhile(read('step'), [
      repeat(height, (i) => assign(`a${i}`, [read('aSteps'), times(read('aRow'), constant(i)), add])),
      assign('bAt', read('bSteps')),
      assign('k', read('inner')),
      wasm.loopWhile(read('k'), [
        repeat(width, (j) => [read('bAt'), lanes.load(at(j)), set(right(j))]),
        repeat(height, (i) => [
          kind === 'matrix' ? [read(`a${i}`), lanes.splat(0), set(left)] : [],
          repeat(width, (j) => [
            kind === 'channelwise' ? [read(`a${i}`), lanes.load(at(j)), set(left)] : [],
            [lanes.multiplyAdd(get(sum(i, j)), get(left), get(right(j))), set(sum(i, j))],
          ]),
          increase(`a${i}`, read('aInner')),
        ]),
        increase('bAt', read('bInner')),
        increase('k', constant(-1)),
      ]),
      increase('aSteps', read('aStep')),
      increase('bSteps', read('bStep')),
      increase('step', constant(-1)),
    ]),
    everySum((i, j) => [read('cAt'), get(sum(i, j)), lanes.store(at(j))]),
  ];
}

/** All rows of a strip of `width` vectors of columns. */
function strip(kind: ProductKind, lanes: Lanes, width: number): Code {
  return [
    assign('row', read('rows')),
    assign('aRows', read('a')),
    assign('cRows', read('c')),
    heights.map((height) =>
      wasm.loopWhile(
        [read('row'), constant(height), wasm.atLeast],
        [
          tile(kind, lanes, height, width),
          increase('aRows', times(read('aRow'), constant(height))),
          increase('cRows', times(read('cRow'), constant(height))),
          increase('row', constant(-height)),
        ],
      ),
    ),
  ];
}

/** The module whose function `run` is the product of this kind, a `ProductRun`, on the lanes of `vector`. */
export function productModule(kind: ProductKind, vector: Lanes, shared: boolean): Uint8Array<ArrayBuffer> {
  const strips: [Lanes, number][] = [
    [vector, 2],
    [vector, 1],
    [wasm.one, 1],
  ];
  const body = strips.map(([lanes, width]) => {
    const columns = lanes.count * width;
    return wasm.loopWhile(
      [read('columns'), constant(columns), wasm.atLeast],
      [
        strip(kind, lanes, width),
        kind === 'channelwise' ? increase('a', constant(columns * 4)) : [],
        increase('b', constant(columns * 4)),
        increase('c', constant(columns * 4)),
        increase('columns', constant(-columns)),
      ],
    );
  });
  const types = [
    ...variables.map(() => wasm.I32),
    ...Array<number>(locals).fill(wasm.V128),
    ...Array<number>(locals).fill(wasm.F32),
  ];
  return wasm.moduleOf(parameters.length, types, body, shared);
}
