import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

/** An empty mask of the size of an image: [B, H, W, C] → zeros [B, H, W, structures]. */
export class ZeroMask extends tfl.layers.Layer {
  static className = 'ZeroMask';
  readonly structures: number;

  constructor({ structures, ...args }: { structures: number; name?: string }) {
    super(args);
    this.structures = structures;
  }

  override computeOutputShape(inputShape: tfl.Shape): tfl.Shape {
    return [...inputShape.slice(0, -1), this.structures];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const { shape } = [inputs].flat()[0]!;
    return tf.zeros([...shape.slice(0, -1), this.structures]);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), structures: this.structures };
  }
}
tf.serialization.registerClass(ZeroMask);
