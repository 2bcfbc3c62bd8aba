import { checkInteger, checkNumber } from '@diff/checks';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { firstTensor } from './first-tensor.js';
import { checkLayerArgs } from './layer-args.js';

/** What `GroupNorm` takes. */
export interface GroupNormArgs {
  /** Groups of channels, if the channels are a multiple of it, else one. Default: 32. */
  groups?: number;
  /** ε, what is added to the variance. Default: 1e-5. */
  epsilon?: number;
  name?: string;
}

/**
 * Group normalisation (Wu & He 2018): [B, H, W, C] → the same, γ·(x − μ) / √(σ² + ε) + β with the mean and variance of each
 * image and group of C / `groups` channels. It knows no batch, so training and inference are alike.
 */
export class GroupNorm extends tfl.layers.Layer {
  static className = 'DiffGroupNorm';
  readonly groups: number;
  readonly epsilon: number;
  private gamma?: tfl.LayerVariable;
  private beta?: tfl.LayerVariable;

  constructor(args: GroupNormArgs = {}) {
    super(checkLayerArgs('GroupNorm', args, ['groups', 'epsilon']));
    const { groups = 32, epsilon = 1e-5 } = args;
    checkInteger('GroupNorm', 'groups', groups, 1);
    checkNumber('GroupNorm', 'epsilon', epsilon, 1e-12);
    this.groups = groups;
    this.epsilon = epsilon;
  }

  override build(inputShape: tfl.Shape): void {
    const shape = [inputShape[3]!];
    this.gamma = this.addWeight('gamma', shape, 'float32', tfl.initializers.ones());
    this.beta = this.addWeight('beta', shape, 'float32', tfl.initializers.zeros());
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = firstTensor(inputs) as tf.Tensor4D;
      const [batch, height, width, channels] = x.shape;
      const groups = channels % this.groups ? 1 : this.groups;
      const parts = tf.reshape(x, [batch, height * width, groups, channels / groups]);
      const centred = tf.sub(parts, tf.mean(parts, [1, 3], true));
      const variance = tf.mean(tf.square(centred), [1, 3], true);
      const normed = tf.reshape(tf.div(centred, tf.sqrt(tf.add(variance, this.epsilon))), x.shape);
      return tf.add(tf.mul(normed, this.gamma!.read()), this.beta!.read());
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), groups: this.groups, epsilon: this.epsilon };
  }
}
tf.serialization.registerClass(GroupNorm);
