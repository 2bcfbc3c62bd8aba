import { checkInteger } from '@diff/checks';
import type { Task } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { bceByValue } from '../layers/bce-by-value.js';
import { detached } from '../layers/detached.js';
import { type FusionNetworkOptions, fusionInputs, fusionPredictor, tallyArgs } from './fusion-network.js';
import { type Predictor, raterTask } from './predictor.js';
import { outlined, weightedMean } from './rater-loss.js';
import { RaterTally, type RaterTallyArgs } from './rater-tally.js';
import { confusionOf, logOdds, type RaterTable } from './votes.js';

export interface AggNetOptions extends FusionNetworkOptions {
  /** Steps in which the belief comes from the raters alone, since the image network knows nothing yet. Default: 20. */
  warmUp?: number;
}

/**
 * The belief in class 1 from the image network's probability h and the raters' votes, without a prior of the classes:
 * μ = softmax(Σᵣ log(πᵣ[·, vote] + 1e-4) + log(h + 1e-3)).
 */
export function expectation(
  h: tf.Tensor,
  confusion: RaterTable,
  raters: tf.Tensor5D,
  present: tf.Tensor3D,
): tf.Tensor4D {
  return tf.tidy(() => {
    const image = tf.sub(tf.log(tf.add(h, 1e-3)), tf.log(tf.sub(1 + 1e-3, h)));
    const table = tf.log(tf.add(confusion, 1e-4)) as RaterTable;
    return tf.sigmoid(tf.add(image, logOdds(table, raters, present))) as tf.Tensor4D;
  });
}

/** Logits, raters, present → the belief [B, H, W, S], 0 outside the box. In training its tally goes on. */
export class AggNetBelief extends RaterTally {
  static className = 'DiffAggNetBelief';
  private readonly warmUp: number;
  private steps?: tfl.LayerVariable;

  constructor(args: RaterTallyArgs & { warmUp: number }) {
    super(args);
    this.warmUp = args.warmUp;
  }

  override build(inputShape: tfl.Shape | tfl.Shape[]): void {
    this.steps = this.addWeight('steps', [1], 'float32', tfl.initializers.zeros(), undefined, false);
    super.build(inputShape);
  }

  override computeOutputShape(shapes: tfl.Shape[]): tfl.Shape {
    return shapes[0]!;
  }

  override call(inputs: tf.Tensor[], { training }: { training?: boolean }): tf.Tensor {
    const [logits, raters, present] = inputs as [tf.Tensor4D, tf.Tensor5D, tf.Tensor3D];
    return detached<tf.Tensor>(logits, (given) =>
      tf.tidy(() => {
        const heard = tf.cast(tf.greaterEqual(this.steps!.read(), this.warmUp), 'float32');
        const h = tf.sigmoid(training ? tf.mul(given, heard) : given);
        const belief = expectation(h, confusionOf(this.counts), raters, present);
        const box = this.box(raters, present);
        if (training) {
          this.update(belief, box, raters, present);
          this.steps!.write(tf.add(this.steps!.read(), 1));
        }
        return tf.mul(belief, box);
      }),
    );
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), warmUp: this.warmUp };
  }
}
tf.serialization.registerClass(AggNetBelief);

/**
 * AggNet (Albarqouni et al. 2016): expectation–maximisation of an image network h and one confusion matrix π per rater and
 * structure, for every pixel. [image, raters, present] → [logits of h, belief μ], both [B, H, W, S]:
 *
 *     μ ∝ (h + 1e-3) Πᵣ (πᵣ[·, vote] + 1e-4)       πᵣ[c, k] = Σ μ(c)·1[vote = k] / Σ μ(c)       h learns μ
 *
 * The published code alternates by epoch. Here every step of the training is one E-step and one M-step on running sums
 * (stepwise EM, Cappé & Moulines 2009), so that the shared loop trains and resumes it; with one batch of all cases and
 * `momentum` 1 they are the same. Missing votes are in no sum. Outside the box around all masks plus `margin` no rater is measured
 * and the belief is 0; h learns that background too, so that it can predict whole images.
 *
 * @throws RangeError for an option out of range, or a size that is no multiple of the coarsest stride.
 */
export function aggNet(options: AggNetOptions = {}): tfl.LayersModel {
  const tally = tallyArgs('aggNet', options, ['warmUp']);
  const { warmUp = 20 } = options;
  checkInteger('aggNet', 'warmUp', warmUp, 0);
  const args = { ...tally, warmUp };
  const { input, output, panel } = fusionInputs('aggNet', options);
  const belief = new AggNetBelief(args).apply([output, ...panel]) as tfl.SymbolicTensor;
  return tfl.model({ inputs: [input, ...panel], outputs: [output, belief], name: 'aggNet' });
}

/** h learns the belief by binary cross-entropy, in images whose structure anybody outlined. */
export function aggNetTask(): Task {
  return raterTask(
    'aggNet',
    (forward, { image, raters, present }) =>
      tf.sigmoid((forward([image, raters, present]) as tf.Tensor[])[0]!),
    (forward, { image, raters, present }) => {
      const [logits, belief] = forward([image, raters, present]) as [tf.Tensor, tf.Tensor];
      return weightedMean(bceByValue(logits, belief), outlined(present));
    },
  );
}

export function aggNetPredictor(model: tfl.LayersModel): Predictor {
  return fusionPredictor('aggNet', model, 0);
}
