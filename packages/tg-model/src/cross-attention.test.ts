import { useBackend } from '@diff/backend';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type FeatureMap,
  type Matrix,
  paperModule,
  releasedModule,
  type Values,
} from '../../networks/src/fixtures/plain-loops.js';
import type { CrossAttentionOptions } from './cross-attention.js';
import { Give } from './give.js';
import { Take } from './take.js';

beforeAll(() => useBackend({ prefer: 'cpu' }));

const normal = (shape: number[], seed: number, stddev = 1) =>
  tf.randomNormal(shape, 0, stddev, 'float32', seed);

/** The layer, built for inputs of these shapes. */
function connected(layer: Give, shapes: (number | null)[][]): Give {
  const inputs = shapes.map(([, ...shape]) => tfl.input({ shape }));
  layer.apply(inputs.length === 1 ? inputs[0]! : inputs);
  return layer;
}

/** A built layer whose weights are all drawn anew, so that no bias is 0 and no scale 1. */
function layerWithWeights(options: CrossAttentionOptions, shapes: number[][]) {
  const layer = connected(new Give({ dropPath: 0, ...options }), shapes);
  const drawn = layer.getWeights().map((w, i) => normal(w.shape, 100 + i, w.rank === 1 ? 0.5 : 0.4));
  layer.setWeights(drawn);
  tf.dispose(drawn);
  return layer;
}

const names = (layer: tfl.layers.Layer) => layer.weights.map((w) => w.originalName.split('/').at(-1)!);
const valuesOf = (layer: tfl.layers.Layer): Values =>
  Object.fromEntries(layer.weights.map((w, i) => [names(layer)[i], w.read().arraySync()]));
const oracles = { paper: paperModule, released: releasedModule, balanced: paperModule };

function oracle(layer: Give, inputs: tf.Tensor[], values = valuesOf(layer)): FeatureMap[] {
  const [queries, keys, masks] = inputs.map((x) => x.arraySync()) as FeatureMap[][];
  const setting = {
    patchSize: layer.patchSizeFor(inputs[0]!.shape, inputs[1]!.shape),
    heads: layer.heads,
    positions: layer.positions,
  };
  return queries!.map((query, i) => {
    const mask: Matrix | undefined = masks?.[i]?.map((row) => row.map((pixel) => pixel[0]!));
    return oracles[layer.variant](query, keys![i]!, values, setting, mask);
  });
}

/** The largest difference between two nested arrays, over the largest value, or over 0.1 where all are smaller. */
function difference(actual: unknown, expected: unknown): number {
  const a = (actual as number[]).flat(9) as number[];
  const b = (expected as number[]).flat(9) as number[];
  expect(a.length).toBe(b.length);
  const size = Math.max(...b.map(Math.abs), 0.1);
  return Math.max(...a.map((x, i) => Math.abs(x - b[i]!))) / size;
}

const settings: [string, CrossAttentionOptions, number[][]][] = [
  [
    'paper, sine',
    { variant: 'paper', patchSize: 2, heads: 2 },
    [
      [2, 4, 4, 3],
      [2, 4, 4, 3],
    ],
  ],
  [
    'paper, learned',
    { variant: 'paper', patchSize: 2, heads: 4, positions: 'learned' },
    [
      [1, 4, 2, 2],
      [1, 4, 2, 2],
    ],
  ],
  [
    'paper, padded',
    { variant: 'paper', patchSize: 2, heads: 1 },
    [
      [1, 3, 5, 2],
      [1, 3, 5, 2],
    ],
  ],
  [
    'paper, mixed sizes',
    { variant: 'paper', patchSize: 2, heads: 2 },
    [
      [1, 5, 4, 1],
      [1, 3, 2, 2],
    ],
  ],
  [
    'paper, masked',
    { variant: 'paper', patchSize: 2, heads: 2 },
    [
      [2, 4, 3, 2],
      [2, 4, 3, 2],
      [2, 4, 3, 1],
    ],
  ],
  [
    'paper, pixels',
    { variant: 'paper', patchSize: 1, heads: 3, positions: 'none' },
    [
      [1, 3, 3, 3],
      [1, 3, 3, 3],
    ],
  ],
  [
    'paper, in blocks',
    { variant: 'paper', patchSize: 1, heads: 2, blockSize: 4 },
    [
      [1, 3, 3, 2],
      [1, 3, 3, 2],
    ],
  ],
  [
    'balanced, sine',
    { variant: 'balanced', patchSize: 2, heads: 2 },
    [
      [2, 4, 4, 3],
      [2, 4, 4, 3],
    ],
  ],
  [
    'balanced, learned',
    { variant: 'balanced', patchSize: 1, heads: 2, positions: 'learned' },
    [
      [1, 3, 2, 3],
      [1, 3, 2, 4],
    ],
  ],
  [
    'balanced, padded and masked',
    { variant: 'balanced', patchSize: 2, heads: 2 },
    [
      [1, 3, 4, 2],
      [1, 4, 3, 2],
      [1, 4, 3, 1],
    ],
  ],
  [
    'released, learned',
    { variant: 'released', heads: 2 },
    [
      [2, 3, 4, 4],
      [2, 3, 4, 4],
    ],
  ],
  [
    'released, sine',
    { variant: 'released', heads: 2, positions: 'sine' },
    [
      [1, 3, 3, 4],
      [1, 3, 3, 4],
    ],
  ],
  [
    'released, mixed sizes',
    { variant: 'released', heads: 1 },
    [
      [1, 3, 2, 3],
      [1, 2, 4, 2],
    ],
  ],
  [
    'released, masked',
    { variant: 'released', heads: 2 },
    [
      [1, 3, 3, 2],
      [1, 3, 2, 4],
      [1, 3, 2, 1],
    ],
  ],
];

const inputsFor = (shapes: number[][]) =>
  shapes.map((shape, i) =>
    i < 2
      ? normal(shape, 10 + i)
      : (tf.tidy(() => tf.cast(tf.greater(normal(shape, 12), -0.3), 'float32')) as tf.Tensor),
  );

describe.each(settings)('the module, %s', (_, options, shapes) => {
  let layer: Give;
  let inputs: tf.Tensor[];
  beforeAll(() => {
    layer = layerWithWeights(options, shapes);
    inputs = inputsFor(shapes);
  });
  afterAll(() => {
    layer.dispose();
    tf.dispose(inputs);
  });

  it('equals the equations in plain loops, number for number', () =>
    tf.tidy(() => {
      const out = layer.apply(inputs) as tf.Tensor;
      expect(out.shape).toEqual([...shapes[0]!.slice(0, 3), shapes[1]![3]]);
      expect(difference(out.arraySync(), oracle(layer, inputs))).toBeLessThan(2e-5);
    }));

  it('has the gradients, by every weight and both inputs, that the plain loops have by small steps', () =>
    tf.tidy(() => {
      const weigh = normal([...shapes[0]!.slice(0, 3), shapes[1]![3]!], 50).arraySync() as FeatureMap[];
      const objective = (maps: FeatureMap[]) => {
        const [a, b] = [maps.flat(3), weigh.flat(3)];
        return a.reduce((sum, x, i) => sum + x * b[i]!, 0);
      };
      const variables = layer.trainableWeights.map((w) => w.read() as tf.Variable);
      const run = (...xs: tf.Tensor[]): tf.Scalar =>
        tf.sum(tf.mul(layer.call([...xs, ...inputs.slice(2)], {}), tf.tensor(weigh)));
      const { grads } = tf.variableGrads(() => run(inputs[0]!, inputs[1]!), variables);
      const byInputs = tf.grads((query, key) => run(query!, key!))([inputs[0]!, inputs[1]!]);

      const values = valuesOf(layer);
      const slope = (set: (delta: number) => void, evaluate: () => FeatureMap[]) => {
        const h = 1e-5;
        set(h);
        const up = objective(evaluate());
        set(-h);
        const down = objective(evaluate());
        set(0);
        return (up - down) / (2 * h);
      };
      layer.trainableWeights.forEach((w, i) => {
        const name = names(layer)[i]!;
        const analytic = grads[(w.read() as tf.Variable).name]!;
        const numeric = everyNumber(values[name] as unknown[]).map(([row, j]) => {
          const x = row[j]!;
          return slope(
            (delta) => {
              row[j] = x + delta;
            },
            () => oracle(layer, inputs, values),
          );
        });
        expect(difference([...analytic.dataSync()], numeric), name).toBeLessThan(2e-3);
      });
      [0, 1].forEach((which) => {
        const arrays = inputs.map((x) => x.arraySync()) as unknown[][];
        const wrapped = arrays.map((array, i) => ({ shape: inputs[i]!.shape, arraySync: () => array }));
        const numeric = everyNumber(arrays[which]!).map(([row, j]) => {
          const x = row[j]!;
          return slope(
            (delta) => {
              row[j] = x + delta;
            },
            () => oracle(layer, wrapped as unknown as tf.Tensor[], values),
          );
        });
        expect(difference([...byInputs[which]!.dataSync()], numeric), `input ${which}`).toBeLessThan(2e-3);
      });
    }));
});

/** Where each number of a nested array is, in row-major order. */
function everyNumber(array: unknown[]): [number[], number][] {
  return array.flatMap((x, j) =>
    Array.isArray(x) ? everyNumber(x) : [[array as number[], j] as [number[], number]],
  );
}

describe('Give and Take', () => {
  it('are one module under two names, each registered under its own', () => {
    expect([Give.className, Take.className]).toEqual(['Give', 'Take']);
    const map = tf.serialization.SerializationMap.getMap().classNameMap;
    expect(map.Give![0]).toBe(Give);
    expect(map.Take![0]).toBe(Take);
  });

  it.each(['paper', 'released', 'balanced'] as const)(
    'permute their outputs as the query is permuted, without positions: %s',
    (variant) =>
      tf.tidy(() => {
        const options = { variant, patchSize: 1, heads: 2, positions: 'none' } as const;
        const layer = layerWithWeights(options, [
          [1, 1, 6, 4],
          [1, 1, 6, 4],
        ]);
        if (variant === 'released') keepOnlyCentres(layer);
        const [query, key] = [normal([1, 1, 6, 4], 1), normal([1, 1, 6, 4], 2)];
        const order = [4, 0, 5, 2, 1, 3];
        const shuffled = (x: tf.Tensor) => tf.gather(x, order, 2);
        const out = layer.apply([query, key]) as tf.Tensor;
        expect(
          difference(
            (layer.apply([shuffled(query), key]) as tf.Tensor).arraySync(),
            shuffled(out).arraySync(),
          ),
        ).toBeLessThan(1e-5);
        expect(
          difference((layer.apply([query, shuffled(key)]) as tf.Tensor).arraySync(), out.arraySync()),
        ).toBeLessThan(1e-5);
        layer.dispose();
      }),
  );

  it('do not, with positions', () =>
    tf.tidy(() => {
      const layer = layerWithWeights({ patchSize: 1, heads: 2 }, [
        [1, 1, 6, 4],
        [1, 1, 6, 4],
      ]);
      const [query, key] = [normal([1, 1, 6, 4], 1), normal([1, 1, 6, 4], 2)];
      const out = layer.apply([query, key]) as tf.Tensor;
      const other = layer.apply([query, tf.reverse(key, 2)]) as tf.Tensor;
      expect(difference(other.arraySync(), out.arraySync())).toBeGreaterThan(1e-2);
      layer.dispose();
    }));

  it.each(['paper', 'released', 'balanced'] as const)('ignore what the mask leaves out: %s', (variant) =>
    tf.tidy(() => {
      const shapes = [
        [1, 4, 4, 2],
        [1, 4, 4, 2],
        [1, 4, 4, 1],
      ];
      const layer = layerWithWeights(
        { variant, patchSize: variant === 'released' ? 1 : 2, heads: 2 },
        shapes,
      );
      const [query, key, other] = [1, 2, 3].map((seed) => normal([1, 4, 4, 2], seed));
      const mask = tf.concat([tf.ones([1, 4, 3, 1]), tf.zeros([1, 4, 1, 1])], 2);
      const changed = tf.where(tf.greater(tf.tile(mask, [1, 1, 1, 2]), 0), key!, other!);
      const [a, b] = [key!, changed].map((k) => (layer.apply([query!, k, mask]) as tf.Tensor).arraySync());
      expect(a).toEqual(b);
      layer.dispose();
    }),
  );

  it('draw the same weights from the same seed, and others from another', () => {
    const weightsOf = (seed: number) => {
      const layer = connected(new Give({ seed, variant: 'released' }), [
        [null, 4, 4, 4],
        [null, 4, 4, 4],
      ]);
      const values = layer.getWeights().map((w) => [...w.dataSync()]);
      layer.dispose();
      return values;
    };
    expect(weightsOf(1)).toEqual(weightsOf(1));
    expect(weightsOf(2)).not.toEqual(weightsOf(1));
    const [query, key] = ['query', 'key'].map((name) => {
      const layer = connected(new Give({ patchSize: 1 }), [
        [null, 4, 4, 4],
        [null, 4, 4, 4],
      ]);
      return [...layer.getWeights()[names(layer).indexOf(name)]!.dataSync()];
    });
    expect(query).not.toEqual(key);
  });

  it('do not feel the scale of what they are given where tokens are normed: balanced, not paper', () =>
    tf.tidy(() => {
      const change = (variant: 'paper' | 'balanced') => {
        const options = { variant, patchSize: 1, heads: 2 } as const;
        const layer = layerWithWeights(options, [
          [1, 2, 3, 4],
          [1, 2, 3, 4],
        ]);
        const [query, key] = [normal([1, 2, 3, 4], 1), normal([1, 2, 3, 4], 2)];
        const [out, loud] = [1, 50].map(
          (scale) => layer.apply([tf.mul(query, scale), tf.mul(key, scale)]) as tf.Tensor,
        );
        layer.dispose();
        return difference(loud!.arraySync(), out!.arraySync());
      };
      expect(change('balanced')).toBeLessThan(1e-3);
      expect(change('paper')).toBeGreaterThan(1);
    }));

  it('are of the variant paper, weight for weight, where balanced does not norm', () => {
    const shapes = [
      [null, 4, 4, 4],
      [null, 4, 4, 4],
    ];
    const [paper, balanced] = (['paper', 'balanced'] as const).map((variant) =>
      connected(new Give({ variant, norm: false, patchSize: 1 }), shapes),
    );
    const numbers = (layer: Give) => layer.getWeights().map((w) => [...w.dataSync()]);
    expect(numbers(balanced!)).toEqual(numbers(paper!));
    const normed = connected(new Give({ variant: 'balanced', patchSize: 1 }), shapes);
    expect(numbers(normed).slice(0, 5)).toEqual(numbers(paper!));
    for (const layer of [paper!, balanced!, normed]) layer.dispose();
  });

  it('take the affinities of Eq. 7 apart by head; rows sum to 1', () =>
    tf.tidy(() => {
      const layer = layerWithWeights({ patchSize: 2, heads: 2 }, [
        [3, 4, 4, 2],
        [3, 4, 2, 2],
      ]);
      const a = layer.affinities([normal([3, 4, 4, 2], 1), normal([3, 4, 2, 2], 2)]);
      expect(a.shape).toEqual([3, 2, 4, 2]);
      for (const sum of tf.sum(a, 3).dataSync()) expect(sum).toBeCloseTo(1, 5);
      layer.dispose();
    }));

  it('skip branches in training alone, otherwise at each step, alike when restored', () => {
    const shapes = [
      [8, 2, 2, 2],
      [8, 2, 2, 2],
    ];
    const layer = layerWithWeights({ variant: 'released', heads: 1, dropPath: 0.4, seed: 5 }, shapes);
    const first = connected(new Give({ variant: 'released', heads: 1, dropPath: 0.4, seed: 5 }), shapes);
    const state = first.getWeights().at(-1)!;
    layer.setWeights([...layer.getWeights().slice(0, -1), state]);
    const inputs = inputsFor(shapes);
    const run = (training: boolean) => {
      const out = layer.apply(inputs, { training }) as tf.Tensor;
      const values = [...out.dataSync()];
      out.dispose();
      return values;
    };
    const calm = run(false);
    expect(run(false)).toEqual(calm);
    const saved = layer.getWeights().map((w) => w.clone());
    const steps = [run(true), run(true), run(true), run(true)];
    expect(new Set(steps.map(String)).size).toBe(4);
    expect(steps.every((step) => String(step) !== String(calm))).toBe(true);
    layer.setWeights(saved);
    expect([run(true), run(true), run(true), run(true)]).toEqual(steps);
  });

  it('leave no tensor behind, in call and in training', () => {
    for (const variant of ['paper', 'released', 'balanced'] as const) {
      const shapes = [
        [2, 4, 4, 4],
        [2, 4, 4, 4],
      ];
      const layer = layerWithWeights({ variant, dropPath: 0.1 }, shapes);
      const inputs = inputsFor(shapes);
      const step = () => {
        const variables = layer.trainableWeights.map((w) => w.read() as tf.Variable);
        tf.dispose(
          tf.variableGrads(() => tf.sum(layer.call(inputs, { training: true })) as tf.Scalar, variables),
        );
      };
      step();
      const before = tf.memory().numTensors;
      for (let i = 0; i < 3; i++) step();
      layer.affinities(inputs).dispose();
      expect(tf.memory().numTensors).toBe(before);
      layer.dispose();
      tf.dispose(inputs);
    }
  });
});

/** Makes the depthwise convolution look at the pixel itself alone, so that places do not matter. */
function keepOnlyCentres(layer: Give): void {
  const centred = layer.weights.map((w, i) => {
    if (!names(layer)[i]!.endsWith('_depthwise')) return w.read();
    const centre = tf.buffer(w.shape as number[]);
    for (let c = 0; c < w.shape[2]!; c++) centre.set(1 + c, 1, 1, c, 0);
    return centre.toTensor();
  });
  layer.setWeights(centred);
}

describe('bad input', () => {
  const build = (options: CrossAttentionOptions, ...shapes: (number | null)[][]) => {
    connected(new Give({ name: 'g', ...options }), shapes);
  };
  it.each([
    [
      {},
      [[null, 4, 4, 4]],
      "Give 'g': got 1 inputs ([null,4,4,4]), expected [query, keyValue] or [query, keyValue, mask]",
    ],
    [
      {},
      [
        [null, 4, 4],
        [null, 4, 4, 4],
      ],
      'got shapes [null,4,4], [null,4,4,4], expected [batch, height, width, channels]',
    ],
    [
      { heads: 3, patchSize: 1 },
      [
        [null, 4, 4, 4],
        [null, 4, 4, 4],
      ],
      'heads is 3, expected a divisor of P²·C = 1²·4 = 4',
    ],
    [
      {},
      [
        [null, null, null, 4],
        [null, 4, 4, 4],
      ],
      'the maps are null × null × 4 and 4 × 4 × 4, expected fixed sizes, or a patchSize',
    ],
    [
      { positions: 'learned', patchSize: 1 },
      [
        [null, null, 4, 4],
        [null, 4, 4, 4],
      ],
      "positions are 'learned'",
    ],
    [
      {},
      [
        [null, 4, 4, 4],
        [null, 4, 4, 4],
        [null, 4, 3, 1],
      ],
      'the mask is [4,3,1], expected [4,4,1]',
    ],
  ] as [CrossAttentionOptions, (number | null)[][], string][])(
    'is refused by name: %j %j',
    (options, shapes, message) => {
      expect(() => build(options, ...shapes)).toThrow(message);
      expect(() => build(options, ...shapes)).toThrow(RangeError);
    },
  );

  it.each([
    [{ variant: 'newest' }, 'variant is "newest", expected one of "paper", "released", "balanced"'],
    [{ variant: 'toString' }, 'variant is "toString"'],
    [{ norm: 1 }, 'norm is 1, expected true or false'],
    [{ variant: 'released', norm: true }, "norm is true, expected false: the variant 'released'"],
    [{ heads: 0 }, 'heads is 0'],
    [{ patchSize: 1.5 }, 'patchSize is 1.5'],
    [
      { variant: 'released', patchSize: 2 },
      "patchSize is 2, expected 1: in the variant 'released' every pixel is a token",
    ],
    [{ positions: 'cosine' }, 'positions is "cosine"'],
    [{ dropPath: 1 }, 'dropPath is 1'],
    [{ seed: 0.5 }, 'seed is 0.5'],
    [{ blockSize: -1 }, 'blockSize is -1'],
  ])('is refused where it is given: %j', (options, message) => {
    expect(() => new Take({ name: 't', ...(options as CrossAttentionOptions) })).toThrow(
      `Take 't': ${message}`,
    );
  });

  it('is refused where no option has such a name', () => {
    const make = (options: object) => new Give(options as CrossAttentionOptions);
    expect(() => make({ patchsize: 4 })).toThrow(
      new TypeError('Give: there is no option "patchsize", did you mean patchSize?'),
    );
  });

  it('is refused where the batches differ', () => {
    const layer = layerWithWeights({ patchSize: 1, heads: 1 }, [
      [null!, 2, 2, 2],
      [null!, 2, 2, 2],
    ]);
    expect(() => layer.apply([tf.zeros([2, 2, 2, 2]), tf.zeros([3, 2, 2, 2])])).toThrow(
      'the batches have 2,3 samples, expected as many',
    );
  });
});
