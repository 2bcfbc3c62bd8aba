import { checkNumber, checkSeed } from '@diff/checks';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { attention } from './attention.js';
import { joinHeads, splitHeads } from './heads.js';
import { checkLayerArgs } from './layer-args.js';
import { layerNorm } from './layer-norm.js';
import { linear } from './linear.js';
import { sinePositions } from './positions.js';

/** What `SeABlock` takes. */
export interface SeABlockArgs {
  /** How strongly the block acts at the start; trained. Default: 0.1. */
  gain?: number;
  /** Seed of the initial weights. Default: 0. */
  seed?: number;
  name?: string;
}

/** The diagnosis feature is embedded on a grid of at most this many cells per side, so that attention stays small. */
const GRID = 16;
const HEADS = 4;

/**
 * A block of segmentation-assisted attention (the SeA-block of Wu et al. 2022, SeATrans, arXiv 2206.05763): one feature of
 * a diagnosis network f [B, H, W, C] takes up what several features of a segmentation s_i [B, H_i, W_i, C_i] show:
 *
 *     encoder:  e = p + Attention(p, S, S),  p = f averaged on a grid of at most 16 × 16, S = all pixels of all s_i
 *     decoder:  f + gain · Attention(f, e, e)
 *
 * with layer norms before queries and keys, linear maps of everything to C numbers per token, and sine positions added to
 * every token. At gain 0 it gives f back. No code was published: the abstract names encoder, decoder and the
 * several scales; grid, norms, heads (4, or fewer where they do not divide C) and gain were chosen here.
 *
 * Apply it to [f, s_1, s_2, …]; it gives [B, H, W, C].
 *
 * @throws RangeError for a gain that is not finite or a seed that is no integer, TypeError for one that is no number.
 */
export class SeABlock extends tfl.layers.Layer {
  static className = 'DiffSeABlock';
  readonly gain: number;
  readonly seed: number;
  private heads = 1;
  private readonly variables = new Map<string, tfl.LayerVariable>();

  constructor(args: SeABlockArgs = {}) {
    super(checkLayerArgs('SeABlock', args, ['gain', 'seed']));
    const { gain = 0.1, seed = 0 } = args;
    checkNumber('SeABlock', 'gain', gain);
    checkSeed('SeABlock', seed);
    this.gain = gain;
    this.seed = seed;
  }

  override build(inputShapes: tfl.Shape[]): void {
    const [depth, ...others] = inputShapes.map((shape) => shape.at(-1)!) as [number, ...number[]];
    this.heads = [HEADS, 2, 1].find((heads) => depth % heads === 0)!;
    const add = (name: string, shape: number[], initializer: Parameters<typeof this.addWeight>[3]) =>
      void this.variables.set(name, this.addWeight(name, shape, 'float32', initializer));
    const map = (name: string, from: number) => {
      const seed = this.seed * 1000 + this.variables.size;
      add(name, [from, depth], tfl.initializers.randomNormal({ stddev: 1 / Math.sqrt(from), seed }));
    };
    for (const [i, channels] of others.entries()) map(`scale_${i}`, channels);
    for (const part of ['encoder', 'decoder']) {
      for (const role of ['query', 'key', 'value', 'project']) map(`${part}_${role}`, depth);
      for (const role of ['query', 'key']) {
        add(`${part}_${role}_gamma`, [depth], tfl.initializers.ones());
        add(`${part}_${role}_beta`, [depth], tfl.initializers.zeros());
      }
    }
    add('gain', [1], tfl.initializers.constant({ value: this.gain }));
    this.built = true;
  }

  override computeOutputShape(inputShapes: tfl.Shape[]): tfl.Shape {
    return inputShapes[0]!;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const [feature, ...scales] = inputs as tf.Tensor4D[];
      const [, height, width, depth] = feature!.shape;
      const pooled = averaged(feature!);
      const shown = scales.map((scale, i) => placed(linear(tokens(scale), this.read(`scale_${i}`)), scale));
      const segmentation = tf.concat(shown, 1);
      const grid = tokens(pooled);
      const embedded = tf.add(grid, this.attend('encoder', placed(grid, pooled), segmentation));
      const asked = placed(tokens(feature!), feature!);
      const answer = this.attend('decoder', asked, placed(embedded as tf.Tensor3D, pooled));
      const back = tf.reshape(answer, [-1, height, width, depth]);
      return tf.add(feature!, tf.mul(back, this.read('gain')));
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), gain: this.gain, seed: this.seed };
  }

  private read(name: string): tf.Tensor {
    return this.variables.get(name)!.read();
  }

  private attend(part: 'encoder' | 'decoder', from: tf.Tensor3D, to: tf.Tensor3D): tf.Tensor3D {
    const normed = (x: tf.Tensor3D, role: 'query' | 'key') =>
      layerNorm(x, this.read(`${part}_${role}_gamma`), this.read(`${part}_${role}_beta`));
    const known = normed(to, 'key');
    const [q, k, v] = [
      linear(normed(from, 'query'), this.read(`${part}_query`)),
      linear(known, this.read(`${part}_key`)),
      linear(known, this.read(`${part}_value`)),
    ].map((x) => splitHeads(x, this.heads)) as [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D];
    return linear(joinHeads(attention(q, k, v), this.heads), this.read(`${part}_project`));
  }
}
tf.serialization.registerClass(SeABlock);

/** [B, H, W, C] → [B, H·W, C]. */
function tokens(x: tf.Tensor4D): tf.Tensor3D {
  const [batch, height, width, channels] = x.shape;
  return tf.reshape(x, [batch, height * width, channels]);
}

/** Tokens with the places of the map that they come from. */
function placed(x: tf.Tensor3D, { shape }: tf.Tensor4D): tf.Tensor3D {
  return tf.add(x, sinePositions([shape[1], shape[2]], x.shape[2]));
}

/** Averaged over windows, so that a map has at most `GRID` rows and columns. */
function averaged(x: tf.Tensor4D): tf.Tensor4D {
  const window = [x.shape[1], x.shape[2]].map((side) => Math.ceil(side / GRID)) as [number, number];
  return window.every((side) => side === 1) ? x : tf.avgPool(x, window, window, 'same');
}
