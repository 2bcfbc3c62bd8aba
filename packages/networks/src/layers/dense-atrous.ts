import { checkInteger } from '@diff/checks';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { firstTensor } from './first-tensor.js';
import { checkLayerArgs } from './layer-args.js';

/** What `DenseAtrous` takes. */
export interface DenseAtrousArgs {
  seed?: number;
  name?: string;
}

/** The four convolutions: side and dilation. */
const convolutions = { d1: [3, 1], d3: [3, 3], d5: [3, 5], c: [1, 1] } as const;
type Name = keyof typeof convolutions;

/**
 * The dense atrous convolution of CE-Net (Gu et al. 2019): [B, H, W, C] → [B, H, W, C], x + Σ of four branches, each with a ReLU
 * at its end alone, of convolutions d1, d3, d5 (3 × 3, dilated by 1, 3, 5) and c (1 × 1): d1(x), c(d3(x)), c(d3(d1(x))),
 * c(d5(d3(d1(x)))). As in the official code, the branches share their convolutions.
 *
 * `tf.layers.conv2d` cannot be trained where it is dilated and has no activation; `tf.conv2d` can, on the engines of
 * `@diff/backend`.
 */
export class DenseAtrous extends tfl.layers.Layer {
  static className = 'DiffDenseAtrous';
  readonly seed: number;
  private readonly variables = new Map<string, tfl.LayerVariable>();

  constructor(args: DenseAtrousArgs = {}) {
    super(checkLayerArgs('DenseAtrous', args, ['seed']));
    const { seed = 0 } = args;
    checkInteger('DenseAtrous', 'seed', seed, 0);
    this.seed = seed;
  }

  override build(inputShape: tfl.Shape): void {
    const channels = inputShape[3]!;
    for (const [i, [name, [side]]] of Object.entries(convolutions).entries()) {
      const start = tfl.initializers.heNormal({ seed: this.seed + i });
      const kernel = this.addWeight(`${name}.kernel`, [side, side, channels, channels], 'float32', start);
      const bias = this.addWeight(`${name}.bias`, [channels], 'float32', tfl.initializers.zeros());
      this.variables.set(`${name}.kernel`, kernel).set(`${name}.bias`, bias);
    }
    this.built = true;
  }

  override computeOutputShape(inputShape: tfl.Shape): tfl.Shape {
    return inputShape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const weight = (name: string) => this.variables.get(name)!.read();
      const conv = (x: tf.Tensor4D, name: Name) => {
        const kernel = weight(`${name}.kernel`) as tf.Tensor4D;
        const y = tf.conv2d(x, kernel, 1, 'same', 'NHWC', convolutions[name][1]);
        return tf.add<tf.Tensor4D>(y, weight(`${name}.bias`));
      };
      const x = firstTensor(inputs) as tf.Tensor4D;
      const first = conv(x, 'd1');
      const third = conv(first, 'd3');
      const branches = [first, conv(conv(x, 'd3'), 'c'), conv(third, 'c'), conv(conv(third, 'd5'), 'c')];
      return tf.addN([x, ...branches.map((branch) => tf.relu(branch))]);
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), seed: this.seed };
  }
}
tf.serialization.registerClass(DenseAtrous);
