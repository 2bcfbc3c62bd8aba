import { type Batch, type Forward, releaseReferences, type Task } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { resUnetFeatures } from '../backbones/res-unet-features.js';
import { bceByValue } from '../layers/bce-by-value.js';
import { Channels } from '../layers/channels.js';
import { SplitRaters } from '../layers/split-raters.js';
import { TileOver } from '../layers/tile-over.js';
import { layersFrom } from '../layers/torch-layers.js';
import { type MultiRaterOptions, panelOf } from './multi-rater-options.js';
import { inference, type Predictor, raterTask } from './predictor.js';
import { beside, outlined, weightedMean } from './rater-loss.js';
import { SoftAttention } from './soft-attention.js';

type Symbolic = tfl.SymbolicTensor;

/** One step of a ConvLSTM whose hidden and cell state are both the condition, embedded: gates from feature ⊕ condition. */
function conditioned(
  x: Symbolic,
  condition: Symbolic,
  name: string,
  layers: ReturnType<typeof layersFrom>,
): Symbolic {
  const depth = x.shape[3]!;
  const tiled = new TileOver({ name: `${name}.tile` }).apply([condition, x]) as Symbolic;
  const state = layers.conv(tiled, `${name}.embed`, depth, 3, 1, true);
  const joined = tfl.layers.concatenate({ name: `${name}.concat` }).apply([x, state]) as Symbolic;
  const gates = layers.conv(joined, `${name}.gates`, 4 * depth, 3, 1, true);
  const gate = (i: number, activation: 'sigmoid' | 'tanh', of = 'gate') => {
    const part = new Channels({ name: `${name}.${of}${i}.part`, start: i * depth, count: depth }).apply(
      gates,
    );
    return tfl.layers.activation({ name: `${name}.${of}${i}`, activation }).apply(part) as Symbolic;
  };
  const times = (a: Symbolic, b: Symbolic, which: string) =>
    tfl.layers.multiply({ name: `${name}.${which}` }).apply([a, b]) as Symbolic;
  const [keep, write, show] = [gate(0, 'sigmoid'), gate(1, 'sigmoid'), gate(2, 'sigmoid')] as const;
  const cell = layers.add(
    times(keep, state, 'kept'),
    times(write, gate(3, 'tanh'), 'written'),
    `${name}.cell`,
  );
  const out = tfl.layers.activation({ name: `${name}.tanh`, activation: 'tanh' }).apply(cell) as Symbolic;
  return times(show, out, 'hidden');
}

/**
 * MRNet (Ji et al. 2021): a U-Net that is told how expert each rater is, and draws as a panel of that expertness would.
 * [image, condition [B, R], mask [B, H, W, S]] → [coarse logits, refined logits, rater logits [B, H, W, S, R], the
 * reconstruction's features of the coarse prediction and of the mask].
 *
 * Expertise-aware inference: the condition, embedded, is the state of one ConvLSTM step on the deepest feature. Reconstruction:
 * image ⊕ coarse prediction, under the same condition, back to every rater's mask. Perception: soft attention from the coarse
 * prediction and from where the raters differ refines the prediction. As the official code, but with a small
 * convolutional reconstruction in the place of VGG16 and ASPP, and with its two slips mended: the loss between
 * reconstruction features has a gradient with respect to the U-Net, and each branch refines its own prediction.
 *
 * @throws RangeError for an option out of range, or a size that is no multiple of the coarsest stride.
 */
export function mrNet(options: MultiRaterOptions = {}): tfl.LayersModel {
  const { structures, raters } = panelOf('mrNet', options);
  const { width = 64, seed = 0, size } = options;
  const layers = layersFrom(seed + 11);
  const condition = tfl.input({ shape: [raters], name: 'condition' });
  const mask = tfl.input({ shape: [size?.[0] ?? null, size?.[1] ?? null, structures], name: 'mask' });
  const { input, output } = resUnetFeatures('mrNet', width, {
    ...options,
    before: (x, level) => (level === 'B4' ? conditioned(x, condition, 'expertise', layers) : x),
  });
  const features = layers.relu(output, 'features');
  const coarse = layers.conv(features, 'coarse', structures, 1, 1, true);

  const shared = new Map<string, tfl.layers.Layer>();
  const reconstruction = (drawn: Symbolic, of: string) => {
    const own = layersFrom(seed + 13, `${of}.`, shared);
    const joined = tfl.layers.concatenate({ name: `${of}.concat` }).apply([input, drawn]) as Symbolic;
    const fine = own.relu(own.conv(joined, 'reconstruction.1', width, 3, 1, true), 'relu1');
    const half = own.relu(own.conv(fine, 'reconstruction.2', 2 * width, 3, 2, true), 'relu2');
    return own.relu(own.conv(half, 'reconstruction.3', 4 * width, 3, 2, true), 'relu3');
  };
  const probability = tfl.layers
    .activation({ name: 'coarse.sigmoid', activation: 'sigmoid' })
    .apply(coarse) as Symbolic;
  const predicted = reconstruction(probability, 'predicted');
  const truth = reconstruction(mask, 'truth');
  const informed = conditioned(predicted, condition, 'reconstruction', layers);
  const raised = layers.relu(
    layers.up(layers.relu(layers.up(informed, 'raters.up1', 2 * width), 'raters.relu1'), 'raters.up2', width),
    'raters.relu2',
  );
  const flat = layers.conv(raised, 'raters.logits', structures * raters, 1, 1, true);
  const heads = new SplitRaters({ name: 'raters.split', raters }).apply(flat) as Symbolic;

  const perceived = new SoftAttention({ name: 'perception' }).apply([features, coarse, heads]) as Symbolic;
  const refined = layers.conv(perceived, 'refined', structures, 3, 1, true);
  const outputs = [coarse, refined, heads, predicted, truth];
  return releaseReferences(tfl.model({ inputs: [input, condition, mask], outputs, name: 'mrNet' }));
}

/** The refined probability under a condition [B, R]. */
function under(forward: Forward, image: tf.Tensor4D, condition: tf.Tensor, structures: number): tf.Tensor4D {
  const [b, h, w] = image.shape;
  const outputs = forward([image, condition, tf.zeros([b, h, w, structures])]) as tf.Tensor[];
  return tf.sigmoid(outputs[1]!) as tf.Tensor4D;
}

const average = (batch: number, raters: number) => tf.fill([batch, raters], 1 / raters);

/**
 * One pass for each of three conditions: all raters alike, random whole numbers from 1 to 10 divided by their sum, one random
 * rater; the target is the mean of the masks under that condition, among the raters who are there.
 *
 *     0.7 · (3·BCE_alike + 2·BCE_random + 1·BCE_one) / 6  of the coarse prediction, + 0.3 · mean squared distance of features
 *     + (3, 2, 1) / 6 · BCE of the refined prediction + mean BCE of the rater heads
 */
export function mrNetTask(options: MultiRaterOptions = {}): Task {
  const { structures, raters: people } = panelOf('mrNetTask', options);
  return raterTask(
    'mrNet',
    (forward, { image }) => under(forward, image, average(image.shape[0], people), structures),
    (forward, batch) => {
      const passes = conditions(batch).map((condition, i) => [3 - i, condition] as const);
      return tf.addN(
        passes.map(([weight, condition]) => tf.mul(weight / 6, pass(forward, batch, condition))),
      );
    },
  );
}

/** Three conditions [B, R]: alike, random, one rater. */
function conditions({ present, random }: Required<Batch>): tf.Tensor2D[] {
  const [batch, , raters] = present.shape;
  const rows = (make: () => number[]) =>
    tf.tensor2d(
      Array.from({ length: batch }, () => {
        const row = make();
        const sum = row.reduce((a, b) => a + b, 0);
        return row.map((value) => value / sum);
      }),
    );
  const one = () => {
    const chosen = random.integer(raters);
    return Array.from({ length: raters }, (_, r) => Number(r === chosen));
  };
  return [
    rows(() => Array(raters).fill(1)),
    rows(() => Array.from({ length: raters }, () => 1 + random.integer(10))),
    rows(one),
  ];
}

/** The loss of one condition. Where none of its raters is there, the image teaches nothing under it. */
function pass(
  forward: Forward,
  { image, raters, present }: Required<Batch>,
  condition: tf.Tensor2D,
): tf.Tensor {
  const [b, , r] = present.shape;
  const shares = tf.mul(present, tf.reshape(condition, [b, 1, r])) as tf.Tensor3D;
  const total = tf.sum(shares, 2, true);
  const weights = tf.div(shares, tf.maximum(total, 1e-6)) as tf.Tensor3D;
  const target = tf.sum(tf.mul(raters, beside(weights)), -1) as tf.Tensor4D;
  const counts = outlined(tf.cast(tf.greater(shares, 0), 'float32') as tf.Tensor3D);
  const [coarse, refined, heads, predicted, truth] = forward([image, condition, target]) as tf.Tensor[];
  const distance = tf.mean(tf.squaredDifference(predicted!, truth!));
  return tf.addN([
    tf.mul(0.7, weightedMean(bceByValue(coarse!, target), counts)),
    tf.mul(0.3, distance),
    weightedMean(bceByValue(refined!, target), counts),
    weightedMean(bceByValue(heads!, raters), beside(present)),
  ]);
}

/** `predict` under the condition that all raters are alike; `predictRaters` under each rater alone. */
export function mrNetPredictor(model: tfl.LayersModel): Predictor {
  const forward = inference(model);
  const raters = model.inputs[1]!.shape[1]!;
  const structures = model.inputs[2]!.shape[3]!;
  return {
    predict: (image) => tf.tidy(() => under(forward, image, average(image.shape[0], raters), structures)),
    predictRaters: (image) =>
      tf.tidy(() => {
        const only = (r: number) => tf.tile(tf.cast(tf.oneHot([r], raters), 'float32'), [image.shape[0], 1]);
        const maps = Array.from({ length: raters }, (_, r) => under(forward, image, only(r), structures));
        return tf.stack(maps, 4) as tf.Tensor5D;
      }),
  };
}
