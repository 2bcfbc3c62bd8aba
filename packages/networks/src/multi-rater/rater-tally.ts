import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { insideBox } from './inside-box.js';
import { type RaterTable, tally } from './votes.js';

export interface RaterTallyArgs {
  structures: number;
  raters: number;
  /** Pixels around the box of the union of masks that still count. */
  margin: number;
  /** The share of a new batch in the running tally, in (0, 1]. 1: the batch alone. */
  momentum: number;
  name?: string;
}

/** How much a rater is trusted before anything is known: P(vote = class). All raters alike, this is a vote. */
export const START = 0.8;

/** [S, R, 2, 2] with START on the diagonal. */
export const startTable = (structures: number, raters: number): RaterTable =>
  tf.tidy(() => {
    const one = tf.tensor4d([START, 1 - START, 1 - START, START], [1, 1, 2, 2]);
    return tf.tile(one, [structures, raters, 1, 1]);
  });

/**
 * A layer that keeps the tally of beliefs and votes of each rater over the batches, a running mean among its fixed weights: saved
 * with the model, and restored when a training goes on. Inputs: logits [B, H, W, S] of the image network, raters
 * [B, H, W, S, R], present [B, S, R].
 */
export abstract class RaterTally extends tfl.layers.Layer {
  readonly args: RaterTallyArgs;
  private table?: tfl.LayerVariable;

  constructor(args: RaterTallyArgs) {
    super(args);
    this.args = args;
  }

  override build(inputShape: tfl.Shape | tfl.Shape[]): void {
    const { structures, raters } = this.args;
    this.table = this.addWeight(
      'tally',
      [structures, raters, 2, 2],
      'float32',
      { apply: () => startTable(structures, raters) } as never,
      undefined,
      false,
    );
    super.build(inputShape);
  }

  /** Σ belief · vote so far, [S, R, 2, 2]. */
  get counts(): RaterTable {
    return this.table!.read() as RaterTable;
  }

  protected box(raters: tf.Tensor5D, present: tf.Tensor3D): tf.Tensor4D {
    return insideBox(raters, present, this.args.margin);
  }

  /** Mixes one batch in. A rater who is in none of its pixels stays as he is. */
  protected update(belief: tf.Tensor, box: tf.Tensor, raters: tf.Tensor5D, present: tf.Tensor3D): void {
    tf.tidy(() => {
      const batch = tally(belief, box, raters, present);
      const seen = tf.cast(tf.greater(tf.sum(batch, [2, 3], true), 0), 'float32');
      const share = tf.mul(seen, this.args.momentum);
      this.table!.write(tf.add(this.counts, tf.mul(share, tf.sub(batch, this.counts))));
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { structures, raters, margin, momentum } = this.args;
    return { ...super.getConfig(), structures, raters, margin, momentum };
  }
}
