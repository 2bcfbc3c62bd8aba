import type * as tf from '@tensorflow/tfjs-core';

/**
 * How a weight follows its gradient. Its memory is the tensors in `slots`, which the caller keeps: so a run can be
 * stored and goes on bit-equal, which tfjs's own optimisers do not (Adam restores its bias correction rounded).
 */
export interface Optimizer {
  /** Name and settings, stored with a checkpoint to recognise it by. */
  config: Record<string, number | string>;
  learningRate: number;
  /** The names of the memory that each weight needs, zero at first. */
  slots: readonly string[];
  /**
   * Whether each number of a weight follows its own gradient and memory alone: `train` then updates short weights
   * together, joined to one, which is the same and faster. Default: false.
   */
  elementwise?: boolean;
  /** @param step Counted from 1. */
  update(
    weight: tf.Tensor,
    gradient: tf.Tensor,
    slots: tf.Tensor[],
    rate: number,
    step: number,
  ): { weight: tf.Tensor; slots: tf.Tensor[] };
}
