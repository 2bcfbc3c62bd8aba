import { checkBoolean, checkInteger, checkSeed } from '@diff/checks';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { firstTensor } from './first-tensor.js';
import { checkLayerArgs } from './layer-args.js';

/** What `Depthwise` takes. */
export interface DepthwiseArgs {
  /** Pixels from one output to the next. Default: 1. */
  strides?: number;
  /** Pixels from one tap to the next; 1 where `strides` is not. Default: 1. */
  rate?: number;
  /** `false` where the map has its border of zeros, or of something else, already: `rate` pixels on every side are lost. Default: true. */
  pad?: boolean;
  /** Seed of the weights, which start N(0, 2 / 9) (He). Default: 0. */
  seed?: number;
  name?: string;
}

/**
 * A depthwise 3 × 3 convolution without a bias, [B, H, W, C] → [B, ⌈H / strides⌉, ⌈W / strides⌉, C], with `rate` zeros around the
 * image on every side as PyTorch pads (TensorFlow's `same` pads otherwise at stride 2). The layer of `tf.layers` ignores its
 * dilation; this one has it, and can be trained on the engines of `@diff/backend`.
 */
export class Depthwise extends tfl.layers.Layer {
  static className = 'DiffDepthwise';
  readonly args: Required<Omit<DepthwiseArgs, 'name'>>;
  private kernel?: tfl.LayerVariable;

  constructor(args: DepthwiseArgs = {}) {
    super(checkLayerArgs('Depthwise', args, ['strides', 'rate', 'pad', 'seed']));
    const { strides = 1, rate = 1, pad = true, seed = 0 } = args;
    for (const [name, value] of Object.entries({ strides, rate })) checkInteger('Depthwise', name, value, 1);
    checkBoolean('Depthwise', 'pad', pad);
    checkSeed('Depthwise', seed);
    this.args = { strides, rate, pad, seed };
  }

  override build(inputShape: tfl.Shape): void {
    const start = tfl.initializers.randomNormal({ mean: 0, stddev: Math.sqrt(2 / 9), seed: this.args.seed });
    this.kernel = this.addWeight('kernel', [3, 3, inputShape[3]!, 1], 'float32', start);
    this.built = true;
  }

  override computeOutputShape(inputShape: tfl.Shape): tfl.Shape {
    const [batch, height, width, channels] = inputShape;
    const lost = this.args.pad ? 0 : 2 * this.args.rate;
    const less = (side: number | null) =>
      side === null ? null : Math.ceil((side - lost) / this.args.strides);
    return [batch!, less(height!), less(width!), channels!];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const { strides, rate, pad } = this.args;
      const x = firstTensor(inputs) as tf.Tensor4D;
      const around: [number, number][] = [0, rate, rate, 0].map((each) => [each, each]);
      const kernel = this.kernel!.read() as tf.Tensor4D;
      return tf.depthwiseConv2d(pad ? tf.pad(x, around) : x, kernel, strides, 'valid', 'NHWC', rate);
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.args };
  }
}
tf.serialization.registerClass(Depthwise);
