import { checkInteger, checkNumber } from '@diff/checks';
import type { Task } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { bceByValue } from '../layers/bce-by-value.js';
import { detached } from '../layers/detached.js';
import { type FusionNetworkOptions, fusionInputs, fusionPredictor, tallyArgs } from './fusion-network.js';
import { type Predictor, raterTask } from './predictor.js';
import { outlined, weightedMean } from './rater-loss.js';
import { RaterTally, type RaterTallyArgs, startTable } from './rater-tally.js';
import { logOdds } from './votes.js';

export interface MaxMigOptions extends FusionNetworkOptions {
  /** How common inside is among the pixels of the box, fixed. Default: 0.5. */
  prior?: number;
  /** Pixels drawn from all boxes of a batch for the loss, for each structure. Default: 512. */
  pixels?: number;
}

function settingsOf(who: string, options: MaxMigOptions) {
  const tally = tallyArgs(who, options, ['prior', 'pixels']);
  const { pixels = 512, prior = 0.5 } = options;
  checkInteger(who, 'pixels', pixels, 2);
  checkNumber(who, 'prior', prior, 0, 1, { open: true });
  return { ...tally, pixels, prior };
}

/**
 * The loss of Max-MIG, −(Σᵢ log Mᵢᵢ + B) / B + Σ_{i≠j} Mᵢⱼ / (B·(B − 1)) with M = (h / p)·gᵀ over B items: minus a lower bound of the
 * mutual information (by Kullback and Leibler's f) of h and g. 0 where h is the prior p; −log 2 and a constant where h and g
 * agree with certainty and p is uniform.
 *
 * @param h, g The probabilities of class 1, [B].
 * @param weight 0 for items that do not count, [B]. Fewer than two that do: the loss is 0.
 */
export function maxMigLoss(h: tf.Tensor1D, g: tf.Tensor1D, weight: tf.Tensor1D, prior: number): tf.Scalar {
  return tf.tidy(() => {
    const both = (p: tf.Tensor1D) => tf.stack([tf.sub(1, p), p], 1) as tf.Tensor2D;
    const scaled = tf.div(both(h), tf.tensor2d([[1 - prior, prior]])) as tf.Tensor2D;
    const items = tf.sum(weight);
    const pairs = tf.maximum(tf.mul(items, tf.sub(items, 1)), 1);
    const diagonal = tf.sum(tf.mul(scaled, both(g)), 1);
    const agreement = tf.div(
      tf.sum(tf.mul(weight, tf.add(tf.log(tf.add(diagonal, 1e-4)), 1))),
      tf.maximum(items, 1),
    );
    // Σᵢⱼ Mᵢⱼ is a product of two sums: B² is never laid out.
    const sumOf = (rows: tf.Tensor) => tf.sum(tf.mul(rows, tf.expandDims(weight, 1)), 0);
    const all = tf.sum(tf.mul(sumOf(scaled), sumOf(both(g))));
    const others = tf.div(tf.sub(all, tf.sum(tf.mul(weight, diagonal))), pairs);
    const enough = tf.cast(tf.greaterEqual(items, 2), 'float32');
    return tf.mul(enough, tf.sub(others, agreement)) as tf.Scalar;
  });
}

/**
 * Logits of h, raters, present → logits of the aggregator g, the belief ∝ h·g / p (0 outside the box), and the box, each
 * [B, H, W, S]. g = softmax(Σᵣ Wᵣ[·, vote] + log p). In training the tally of belief and votes goes on.
 */
export class MaxMigAggregator extends RaterTally {
  static className = 'DiffMaxMigAggregator';
  private readonly prior: number;
  private weightsOfRaters?: tfl.LayerVariable;

  constructor(args: RaterTallyArgs & { prior: number }) {
    super(args);
    this.prior = args.prior;
  }

  override build(inputShape: tfl.Shape | tfl.Shape[]): void {
    const { structures, raters } = this.args;
    const start = { apply: () => tf.tidy(() => tf.log(tf.add(startTable(structures, raters), 1e-4))) };
    this.weightsOfRaters = this.addWeight(
      'aggregator',
      [structures, raters, 2, 2],
      'float32',
      start as never,
    );
    super.build(inputShape);
  }

  override computeOutputShape(shapes: tfl.Shape[]): tfl.Shape[] {
    return [shapes[0]!, shapes[0]!, shapes[0]!];
  }

  override call(inputs: tf.Tensor[], { training }: { training?: boolean }): tf.Tensor[] {
    return tf.tidy(() => {
      const [logits, raters, present] = inputs as [tf.Tensor4D, tf.Tensor5D, tf.Tensor3D];
      const odds = Math.log(this.prior / (1 - this.prior));
      const g = tf.add(logOdds(this.weightsOfRaters!.read() as tf.Tensor4D, raters, present), odds);
      const box = this.box(raters, present);
      const belief = detached(tf.add(logits, g), (sum) => {
        const fused = tf.sigmoid(tf.sub(sum, odds));
        if (training) this.update(fused, box, raters, present);
        return tf.mul(fused, box);
      });
      return [g, belief, box];
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), prior: this.prior };
  }
}
tf.serialization.registerClass(MaxMigAggregator);

/**
 * Max-MIG (Cao et al. 2019): an image network h and an aggregator g of the votes, learned together so that what they say of the
 * same pixel has the most mutual information. [image, raters, present] → [logits of h, logits of g, belief ∝ h·g / p, box].
 * `predict` asks h alone, `fuse` gives the belief. Confusion matrices are those of the votes against the belief: the
 * published method has none. Outside the box the network learns background, which is no part of the published loss.
 *
 * @throws RangeError for an option out of range, or a size that is no multiple of the coarsest stride.
 */
export function maxMig(options: MaxMigOptions = {}): tfl.LayersModel {
  const { pixels: _, ...args } = settingsOf('maxMig', options);
  const { input, output, panel } = fusionInputs('maxMig', options);
  const sides = new MaxMigAggregator(args).apply([output, ...panel]) as tfl.SymbolicTensor[];
  return tfl.model({ inputs: [input, ...panel], outputs: [output, ...sides], name: 'maxMig' });
}

/** The loss over pixels that are drawn from the boxes of a batch, plus the binary cross-entropy of the background outside. */
export function maxMigTask(options: MaxMigOptions = {}): Task {
  const { pixels, prior } = settingsOf('maxMigTask', options);
  return raterTask(
    'maxMig',
    (forward, { image, raters, present }) =>
      tf.sigmoid((forward([image, raters, present]) as tf.Tensor[])[0]!),
    (forward, { image, raters, present, random }) => {
      const [h, g, , box] = forward([image, raters, present]) as tf.Tensor4D[];
      const structures = present.shape[1];
      const flat = (x: tf.Tensor) => tf.reshape(x, [-1, structures]);
      const [hs, gs, boxes] = [flat(tf.sigmoid(h!)), flat(tf.sigmoid(g!)), flat(box!)];
      const items = boxes.shape[0]!;
      const keys = tf.tensor1d(Float32Array.from({ length: items }, () => 0.5 + 0.5 * random.uniform()));
      const losses = Array.from({ length: structures }, (_, s) => {
        const column = (x: tf.Tensor) => tf.reshape(tf.slice(x, [0, s], [-1, 1]), [-1]) as tf.Tensor1D;
        const inside = column(boxes);
        const { indices } = tf.topk(tf.mul(inside, keys), Math.min(pixels, items));
        const drawn = (x: tf.Tensor1D) => tf.gather(x, indices) as tf.Tensor1D;
        return maxMigLoss(drawn(column(hs)), drawn(column(gs)), drawn(inside), prior);
      });
      const outside = tf.mul(tf.sub(1, box!), outlined(present));
      const background = weightedMean(bceByValue(h!, tf.zerosLike(h!)), outside);
      return tf.add(tf.mean(tf.stack(losses)), background);
    },
  );
}

export function maxMigPredictor(model: tfl.LayersModel): Predictor {
  return fusionPredictor('maxMig', model, 1);
}
