import * as tfl from '@tensorflow/tfjs-layers';

/** A dense layer that starts as PyTorch's: weights and biases U(±1/√inputs). */
export function dense(x: tfl.SymbolicTensor, name: string, units: number, seed: number): tfl.SymbolicTensor {
  const bound = 1 / Math.sqrt(x.shape.at(-1)!);
  const uniform = (index: number) =>
    tfl.initializers.randomUniform({ minval: -bound, maxval: bound, seed: seedOf(seed, index) });
  return tfl.layers
    .dense({ name, units, kernelInitializer: uniform(9001), biasInitializer: uniform(9002) })
    .apply(x) as tfl.SymbolicTensor;
}

/**
 * Layers with PyTorch's padding and defaults; each that has weights gets a seed of its own from `seed`.
 *
 * @param prefix Prefix of the names of batch norms and of layers without weights.
 * @param shared Layers with weights, by name: those that are there are used again. Under another prefix batch norms are
 *   new ones: the moments that they keep are those of the features of one pass.
 */
export function layersFrom(seed: number, prefix = '', shared = new Map<string, tfl.layers.Layer>()) {
  const normal = (variance: number) =>
    tfl.initializers.randomNormal({ mean: 0, stddev: Math.sqrt(variance), seed: seedOf(seed, shared.size) });
  const once = (name: string, make: () => tfl.layers.Layer) => {
    if (!shared.has(name)) shared.set(name, make());
    return shared.get(name)!;
  };
  const one = (x: tfl.SymbolicTensor | tfl.SymbolicTensor[], layer: tfl.layers.Layer) =>
    layer.apply(x) as tfl.SymbolicTensor;

  return {
    /**
     * k × k convolution that pads with (k − 1) / 2 zeros on every side (TensorFlow's `same` pads otherwise at stride
     * 2). Without a bias, before a batch norm, it starts N(0, 2 / (k²·filters)); with one N(0, 1 / (k²·inputs)).
     */
    conv(
      x: tfl.SymbolicTensor,
      name: string,
      filters: number,
      kernelSize: number,
      strides = 1,
      useBias = false,
    ) {
      const padding = (kernelSize - 1) / 2;
      const padded =
        strides > 1 && padding > 0
          ? one(x, tfl.layers.zeroPadding2d({ name: `${prefix}${name}.pad`, padding: [padding, padding] }))
          : x;
      const variance = useBias ? 1 / (kernelSize ** 2 * x.shape[3]!) : 2 / (kernelSize ** 2 * filters);
      return one(
        padded,
        once(name, () =>
          tfl.layers.conv2d({
            name,
            filters,
            kernelSize,
            strides,
            padding: strides > 1 ? 'valid' : 'same',
            useBias,
            kernelInitializer: normal(variance),
          }),
        ),
      );
    },
    /** 2 × 2 transposed convolution with stride 2: every output pixel comes from one input pixel. */
    up: (x: tfl.SymbolicTensor, name: string, filters: number) =>
      one(
        x,
        once(name, () =>
          tfl.layers.conv2dTranspose({
            name,
            filters,
            kernelSize: 2,
            strides: 2,
            kernelInitializer: normal(1 / x.shape[3]!),
          }),
        ),
      ),
    norm: (x: tfl.SymbolicTensor, name: string) =>
      one(
        x,
        once(prefix + name, () =>
          tfl.layers.batchNormalization({ name: prefix + name, epsilon: 1e-5, momentum: 0.9 }),
        ),
      ),
    relu: (x: tfl.SymbolicTensor, name: string) =>
      one(x, tfl.layers.activation({ name: prefix + name, activation: 'relu' })),
    /** 3 × 3 max pooling with stride 2. Zeros pad as well as −∞ does, since a ReLU comes before. */
    maxPool: (x: tfl.SymbolicTensor) =>
      one(
        one(x, tfl.layers.zeroPadding2d({ name: `${prefix}maxpool.pad`, padding: [1, 1] })),
        tfl.layers.maxPooling2d({ name: `${prefix}maxpool`, poolSize: 3, strides: 2 }),
      ),
    add: (x: tfl.SymbolicTensor, y: tfl.SymbolicTensor, name: string) =>
      one([x, y], tfl.layers.add({ name: prefix + name })),
  };
}

const seedOf = (seed: number, index: number) =>
  (Math.imul(seed + 1, 0x9e3779b1) + Math.imul(index + 1, 0x85ebca6b)) >>> 1;

/** The layers that `layersFrom` makes. */
export type Layers = ReturnType<typeof layersFrom>;
