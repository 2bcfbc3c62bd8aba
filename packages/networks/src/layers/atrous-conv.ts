import { checkBoolean, checkInteger, checkSeed } from '@diff/checks';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { firstTensor } from './first-tensor.js';
import { checkLayerArgs } from './layer-args.js';

/** What `AtrousConv` takes. */
export interface AtrousConvArgs {
  filters: number;
  /** Pixels from one tap to the next. */
  rate: number;
  /** Taps along a side. Default: 3. */
  kernelSize?: number;
  /** Default: true. */
  useBias?: boolean;
  /** Seed of the weights, which start N(0, 2 / inputs) (He). Default: 0. */
  seed?: number;
  name?: string;
}

/**
 * A dilated convolution: [B, H, W, C] → [B, H, W, filters], zeros beyond the borders. `tf.layers.conv2d` cannot be trained where it is
 * dilated; this layer can, on the engines of `@diff/backend`.
 */
export class AtrousConv extends tfl.layers.Layer {
  static className = 'DiffAtrousConv';
  readonly args: Required<Omit<AtrousConvArgs, 'name'>>;
  private kernel?: tfl.LayerVariable;
  private bias?: tfl.LayerVariable;

  constructor(args: AtrousConvArgs) {
    super(checkLayerArgs('AtrousConv', args, ['filters', 'rate', 'kernelSize', 'useBias', 'seed']));
    const { filters, rate, kernelSize = 3, useBias = true, seed = 0 } = args ?? {};
    for (const [name, value] of Object.entries({ filters, rate, kernelSize }))
      checkInteger('AtrousConv', name, value, 1);
    checkBoolean('AtrousConv', 'useBias', useBias);
    checkSeed('AtrousConv', seed);
    this.args = { filters, rate, kernelSize, useBias, seed };
  }

  override build(inputShape: tfl.Shape): void {
    const { filters, kernelSize, useBias, seed } = this.args;
    const shape = [kernelSize, kernelSize, inputShape[3]!, filters];
    this.kernel = this.addWeight('kernel', shape, 'float32', tfl.initializers.heNormal({ seed }));
    if (useBias) this.bias = this.addWeight('bias', [filters], 'float32', tfl.initializers.zeros());
    this.built = true;
  }

  override computeOutputShape(inputShape: tfl.Shape): tfl.Shape {
    return [...inputShape.slice(0, 3), this.args.filters];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = firstTensor(inputs) as tf.Tensor4D;
      const y = tf.conv2d(x, this.kernel!.read() as tf.Tensor4D, 1, 'same', 'NHWC', this.args.rate);
      return this.bias ? tf.add(y, this.bias.read()) : y;
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.args };
  }
}
tf.serialization.registerClass(AtrousConv);
