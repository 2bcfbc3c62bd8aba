import { checkInteger } from '@diff/checks';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { firstTensor } from './first-tensor.js';
import { checkLayerArgs } from './layer-args.js';

const SIDES = [2, 3, 5, 6] as const;

/** What `PooledContext` takes. */
export interface PooledContextArgs {
  seed?: number;
  name?: string;
}

/**
 * The residual multi-kernel pooling of CE-Net (Gu et al. 2019): [B, H, W, C] → [B, H, W, C + 4]. For k = 2, 3, 5, 6 the feature's
 * maxima over squares of side k (what is left over at the far borders is not seen), brought to one channel by a 1 × 1 convolution
 * that all four share, and back to H × W bilinearly; after them x itself. A side longer than the map is cut to it, so that a
 * small map is pooled whole.
 */
export class PooledContext extends tfl.layers.Layer {
  static className = 'DiffPooledContext';
  readonly seed: number;
  private kernel?: tfl.LayerVariable;
  private bias?: tfl.LayerVariable;

  constructor(args: PooledContextArgs = {}) {
    super(checkLayerArgs('PooledContext', args, ['seed']));
    const { seed = 0 } = args;
    checkInteger('PooledContext', 'seed', seed, 0);
    this.seed = seed;
  }

  override build(inputShape: tfl.Shape): void {
    const shape = [1, 1, inputShape[3]!, 1];
    const start = tfl.initializers.heNormal({ seed: this.seed });
    this.kernel = this.addWeight('kernel', shape, 'float32', start);
    this.bias = this.addWeight('bias', [1], 'float32', tfl.initializers.zeros());
    this.built = true;
  }

  override computeOutputShape(inputShape: tfl.Shape): tfl.Shape {
    return [...inputShape.slice(0, 3), inputShape[3]! + SIDES.length];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = firstTensor(inputs) as tf.Tensor4D;
      const [, height, width] = x.shape;
      const contexts = SIDES.map((side) => {
        const window: [number, number] = [Math.min(side, height), Math.min(side, width)];
        const pooled = tf.maxPool(x, window, window, 'valid');
        const one = tf.add(
          tf.conv2d(pooled, this.kernel!.read() as tf.Tensor4D, 1, 'valid'),
          this.bias!.read(),
        );
        return tf.image.resizeBilinear(one as tf.Tensor4D, [height, width], false, true);
      });
      return tf.concat([...contexts, x], 3);
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), seed: this.seed };
  }
}
tf.serialization.registerClass(PooledContext);
