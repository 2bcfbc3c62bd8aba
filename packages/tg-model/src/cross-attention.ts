import { check, checkBoolean, checkInteger, checkNumber, checkOneOf, checkSeed, fail } from '@diff/checks';
import {
  affinities,
  attention,
  type BlockSize,
  checkBlockSize,
  checkLayerArgs,
  joinHeads,
  nextState,
  randomState,
  repeatByHead,
  splitHeads,
  uniform,
} from '@diff/networks/layers';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { defaultPatchSize } from './default-patch-size.js';
import { paper } from './paper.js';
import { released } from './released.js';
import type { Attend, MapShape, Positions, Tokens, VariantForm } from './variant.js';

/**
 * 'paper': as its Eqs. 6–10 say. 'released': as its authors' code does. 'balanced': the paper's with layer norms, and in
 * `tgNetwork` with a residual. The README has a table of what differs.
 */
export type Variant = 'paper' | 'released' | 'balanced';

export interface CrossAttentionOptions {
  /** Default: 'paper'. */
  variant?: Variant;
  /**
   * Side of a patch in pixels. 'auto' (the default): the largest power of two whose tokens, P²·C numbers each, stay
   * at 1024 or less, and which leaves 64 tokens or more. The variant 'released' has pixels for tokens, and takes 1 only.
   */
  patchSize?: number | 'auto';
  /** Must divide P²·C, C being the channels of keys and values. Default: 4. */
  heads?: number;
  /** Default: 'learned' in the variant 'released', else 'sine'. */
  positions?: Positions;
  /**
   * Layer norm of the tokens before attention, and of its result before the MLP. The variant 'released' has norms of its
   * own, and takes false only. Default: true in the variant 'balanced', else false.
   */
  norm?: boolean;
  /** How many queries to take at a time: see `attention`. Default: 'auto'. */
  blockSize?: BlockSize;
  /** How likely a sample skips a branch in training, in [0, 1); of the variant 'released' alone. Default: 0.05. */
  dropPath?: number;
  /** Makes the initial weights, and what is skipped, the same each time. Default: 0. */
  seed?: number;
  name?: string;
  trainable?: boolean;
}

const variants = { paper, released, balanced: paper };

/** The options of these layers, without the name and whether they learn. */
export const attentionOptions = [
  'variant',
  'patchSize',
  'heads',
  'positions',
  'norm',
  'blockSize',
  'dropPath',
  'seed',
] as const satisfies (keyof CrossAttentionOptions)[];

type Settings = Required<Pick<CrossAttentionOptions, (typeof attentionOptions)[number]>>;

/** The options that make sense together, with defaults for what is not given. */
export function attentionSettings(who: string, options: CrossAttentionOptions): Settings {
  const { variant = 'paper', patchSize = 'auto', heads = 4 } = options;
  const { positions = variant === 'released' ? 'learned' : 'sine', norm = variant === 'balanced' } = options;
  const { blockSize = 'auto', dropPath = 0.05, seed = 0 } = options;
  checkOneOf(who, 'variant', variant, Object.keys(variants));
  const isSize = patchSize === 'auto' || (Number.isSafeInteger(patchSize) && patchSize > 0);
  check(isSize, who, 'patchSize', patchSize, "a positive integer or 'auto'");
  if (variant === 'released' && patchSize !== 'auto' && patchSize !== 1)
    fail(who, `patchSize is ${patchSize}, expected 1: in the variant 'released' every pixel is a token`);
  checkInteger(who, 'heads', heads, 1);
  checkOneOf(who, 'positions', positions, ['sine', 'learned', 'none']);
  checkBoolean(who, 'norm', norm);
  if (variant === 'released' && norm)
    fail(who, "norm is true, expected false: the variant 'released' has layer norms of its own");
  checkNumber(who, 'dropPath', dropPath, 0, 1 - Number.EPSILON / 2);
  checkSeed(who, seed);
  checkBlockSize(who, blockSize);
  return { variant, patchSize, heads, positions, norm, blockSize, dropPath, seed };
}

/**
 * What `Give` and `Take` share: multi-head attention from one feature map to another, with an MLP behind it.
 *
 * Applied to [query, keyValue] or [query, keyValue, mask], with shapes [B, H, W, C₁], [B, H′, W′, C₂] and
 * [B, H′, W′, 1]; gives [B, H, W, C₂]. The sizes may differ. The mask is 1 where the second map counts and 0 where not.
 */
export abstract class CrossAttention extends tfl.layers.Layer {
  readonly variant: Variant;
  readonly patchSize: number | 'auto';
  readonly heads: number;
  readonly positions: Positions;
  readonly norm: boolean;
  readonly blockSize: BlockSize;
  readonly dropPath: number;
  readonly seed: number;
  private form?: VariantForm;
  private readonly variables = new Map<string, tfl.LayerVariable>();
  private random?: tfl.LayerVariable;

  constructor(options: CrossAttentionOptions = {}) {
    // Not the class's own name, which bundlers change.
    const { className } = new.target as unknown as { className: string };
    super(checkLayerArgs(className, options, attentionOptions) as object);
    const settings = attentionSettings(this.called(), options);
    this.variant = settings.variant;
    this.patchSize = settings.patchSize;
    this.heads = settings.heads;
    this.positions = settings.positions;
    this.norm = settings.norm;
    this.blockSize = settings.blockSize;
    this.dropPath = settings.dropPath;
    this.seed = settings.seed;
  }

  override build(inputShape: tfl.Shape | tfl.Shape[]): void {
    const [query, key] = this.checkShapes(inputShape);
    const patchSize = this.resolvePatchSize(query, key);
    const form = variants[this.variant]({ ...this.options(), query, key, patchSize });
    if (form.depth % this.heads !== 0)
      this.refuse(
        `heads is ${this.heads}, expected a divisor of P²·C = ${patchSize}²·${key[2]} = ${form.depth}, the width of a token`,
      );
    Object.entries(form.weights).forEach(([name, { shape, init }], i) => {
      this.variables.set(name, this.addWeight(name, shape, 'float32', init(this.seed * 1000 + i)));
    });
    if (this.variant === 'released' && this.dropPath > 0) {
      const first = randomState(this.seed);
      const zeros = tfl.initializers.zeros();
      this.random = this.addWeight('random_state', first.shape, 'float32', zeros, undefined, false);
      this.random.write(first);
      first.dispose();
    }
    this.form = form;
    this.built = true;
  }

  override computeOutputShape(inputShape: tfl.Shape | tfl.Shape[]): tfl.Shape {
    const [query, key] = inputShape as tfl.Shape[];
    return [query![0]!, query![1]!, query![2]!, key![3]!];
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor {
    return tf.tidy(() => {
      this.invokeCallHook(inputs, kwargs);
      const { blockSize } = this;
      return this.forward(
        inputs,
        (tokens) => {
          const { q, k, v, mask, scale } = this.split(tokens);
          return joinHeads(attention(q, k, v, { scale, mask, blockSize }), this.heads);
        },
        kwargs.training,
      );
    });
  }

  /**
   * How much each token of the query attends to each token of the other map (Eq. 7): [B, heads, N, M], tokens row by
   * row. N and M are as large as they are: 16,384 pixels by as many are a gigabyte per head.
   */
  affinities(inputs: tf.Tensor[]): tf.Tensor4D {
    return tf.tidy(() => {
      let a: tf.Tensor3D | undefined;
      this.forward(inputs, (tokens) => {
        const { q, k, v, mask, scale } = this.split(tokens);
        a = affinities(q, k, { scale, mask });
        return joinHeads(tf.matMul(a, v), this.heads);
      });
      return tf.reshape(a!, [-1, this.heads, a!.shape[1], a!.shape[2]]);
    });
  }

  /** Side of a patch in pixels, for maps of these shapes ([B, H, W, C] each). */
  patchSizeFor(query: tfl.Shape, keyValue: tfl.Shape): number {
    return this.resolvePatchSize(query.slice(1) as MapShape, keyValue.slice(1) as MapShape);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.options() };
  }

  private options() {
    const { variant, patchSize, heads, positions, norm, blockSize, dropPath, seed } = this;
    return { variant, patchSize, heads, positions, norm, blockSize, dropPath, seed };
  }

  private forward(inputs: tf.Tensor | tf.Tensor[], attend: Attend, training = false): tf.Tensor4D {
    const [query, keyValue, mask] = inputs as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D?];
    if (query.shape[0] !== keyValue.shape[0] || (mask && mask.shape[0] !== query.shape[0]))
      this.refuse(
        `the batches have ${[query, keyValue, mask].flatMap((x) => x?.shape[0] ?? [])} samples, expected as many`,
      );
    const weights = Object.fromEntries(
      [...this.variables].map(([name, variable]) => [name, variable.read()]),
    );
    const draw = training ? this.draw(query.shape[0]) : undefined;
    return this.form!.forward({ query, keyValue, mask, weights, attend, draw });
  }

  private draw(count: number): (() => tf.Tensor1D) | undefined {
    const { random } = this;
    if (!random) return undefined;
    return () => {
      const state = nextState(random.read() as tf.Tensor1D);
      random.write(state);
      return uniform(state, count);
    };
  }

  private split({ q, k, v, allowed }: Tokens) {
    const { heads } = this;
    return {
      q: splitHeads(q, heads),
      k: splitHeads(k, heads),
      v: splitHeads(v, heads),
      mask: allowed && repeatByHead(allowed, heads),
      scale: 1 / Math.sqrt(this.form!.depth / heads),
    };
  }

  private resolvePatchSize(query: MapShape, key: MapShape): number {
    if (this.variant === 'released') return 1;
    if (this.patchSize !== 'auto') return this.patchSize;
    const sides = [...query.slice(0, 2), ...key.slice(0, 2)];
    if (sides.includes(null))
      this.refuse(`the maps are ${describe(query, key)}, expected fixed sizes, or a patchSize`);
    const height = Math.min(query[0]!, key[0]!);
    const width = Math.min(query[1]!, key[1]!);
    return defaultPatchSize([height, width], Math.max(query[2], key[2]));
  }

  private checkShapes(inputShape: tfl.Shape | tfl.Shape[]): [MapShape, MapShape] {
    const shapes = (Array.isArray(inputShape[0]) ? inputShape : [inputShape]) as tfl.Shape[];
    const received = shapes.map((shape) => `[${shape.map((n) => n ?? 'null')}]`).join(', ');
    if (shapes.length < 2 || shapes.length > 3)
      this.refuse(
        `got ${shapes.length} inputs (${received}), expected [query, keyValue] or [query, keyValue, mask]`,
      );
    if (shapes.some((shape) => shape.length !== 4 || shape[3] === null))
      this.refuse(`got shapes ${received}, expected [batch, height, width, channels] of each`);
    const [query, key, mask] = shapes.map((shape) => shape.slice(1) as MapShape) as [
      MapShape,
      MapShape,
      MapShape?,
    ];
    if (mask && (mask[0] !== key[0] || mask[1] !== key[1] || mask[2] !== 1))
      this.refuse(`the mask is [${mask}], expected [${key[0]},${key[1]},1] as keyValue is [${key}]`);
    if (this.positions === 'learned' && [query[0], query[1], key[0], key[1]].includes(null))
      this.refuse(`positions are 'learned' and the maps are ${describe(query, key)}, expected fixed sizes`);
    return [query, key];
  }

  private called(): string {
    return `${this.getClassName()} '${this.name}'`;
  }

  private refuse(problem: string): never {
    throw new RangeError(`${this.called()}: ${problem}`);
  }
}

const describe = (query: MapShape, key: MapShape) =>
  [query, key].map((map) => map.map((n) => n ?? 'null').join(' × ')).join(' and ');
