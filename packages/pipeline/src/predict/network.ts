import { type Image, resize, type Size } from '@diff/datasets/phantom';
import { deserializeModel, type LoadedModel } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import { tgNetworks } from '../config/tg-networks.js';
import { UserError } from '../user-error.js';
import { type Probability, raterMean } from './probability.js';

/** What a model file says of its model, and what its layers say, where both agree. */
export interface Network {
  path: string;
  model: LoadedModel['model'];
  /** Of a network that learned every rater's masks: what it says, in the place of its first output. */
  mean?: Probability;
  /** What images are brought to. */
  size: Size;
  imageChannels: 1 | 3;
  /** In the order of the mask channels. */
  structures: readonly string[];
  /** What 0 and 1 mean, of a diagnosis network. */
  classes?: readonly string[];
}

/** A network from an image to the logits of each structure's mask, or one that learned every rater's. */
export const segmentationNetwork = (bytes: Uint8Array, path: string): Promise<Network> =>
  load(bytes, path, async ({ model, meta }, structures) => {
    const own = (tgNetworks as readonly unknown[]).includes(meta.network);
    const mean = own ? undefined : await raterMean(model);
    if (mean) return { mean, ...inputOf(path, meta, model.inputs[0]!.shape, model.inputs[0]!.shape[3]!) };
    const [input, output] = shapesOf(path, model, 4, 'a segmentation network');
    if (output[3] !== structures.length)
      throw new UserError(
        `${path} gives [${output}], expected a channel for each of ${structures.join(', ')}`,
      );
    return inputOf(path, meta, input, input[3]!);
  });

/** A network from image ⊕ mask to one logit. */
export const diagnosisNetwork = (bytes: Uint8Array, path: string): Promise<Network> =>
  load(bytes, path, async ({ model, meta }, structures) => {
    const [input, output] = shapesOf(path, model, 2, 'a diagnosis network');
    if (output[1] !== 1) throw new UserError(`${path} gives [${output}], expected one logit`);
    return inputOf(path, meta, input, input[3]! - structures.length);
  });

/** Refuses a diagnosis network that was made for other masks or images than a segmentation network's. */
export function checkPair(segmentation: Network, diagnosis: Network): void {
  for (const key of ['structures', 'size', 'imageChannels'] as const) {
    const [one, other] = [segmentation[key], diagnosis[key]].map((value) => JSON.stringify(value));
    if (one !== other)
      throw new UserError(
        `${key} of ${diagnosis.path} is ${other}, expected ${one} as in ${segmentation.path}`,
      );
  }
}

/** The image as the network takes it. */
export const prepared = (image: Image, { size }: Network): Image => resize(image, size);

/** The structures' probabilities on a prepared image, [height, width, structures]. */
export async function segment(network: Network, image: Image): Promise<Float32Array> {
  const { mean } = network;
  return values(() => mean?.(tensorOf(image)) ?? tf.sigmoid(applied(network, tensorOf(image))));
}

/** The logit on a prepared image with these masks, [height, width, structures]. */
export async function diagnose(network: Network, image: Image, masks: Float32Array): Promise<number> {
  const { height, width } = image;
  const [logit] = await values(() => {
    const mask = tf.tensor4d(masks, [1, height, width, network.structures.length]);
    return applied(network, tf.concat([tensorOf(image), mask], 3));
  });
  return logit!;
}

const tensorOf = ({ data, height, width, channels }: Image) =>
  tf.tensor4d(data, [1, height, width, channels]);

function applied({ model }: Network, input: tf.Tensor): tf.Tensor {
  return [model.apply(input, { training: false })].flat()[0] as tf.Tensor;
}

async function values(compute: () => tf.Tensor): Promise<Float32Array> {
  const tensor = tf.tidy(compute);
  try {
    return (await tensor.data()) as Float32Array;
  } finally {
    tensor.dispose();
  }
}

type Input = Pick<Network, 'size' | 'imageChannels' | 'mean'>;

async function load(
  bytes: Uint8Array,
  path: string,
  check: (loaded: LoadedModel, structures: readonly string[]) => Promise<Input>,
): Promise<Network> {
  const loaded = await deserializeModel(bytes, {}, path).catch((error: Error) => {
    throw new UserError(error.message);
  });
  const { model, meta } = loaded;
  const { structures, classes } = meta;
  try {
    if (!structures?.length) throw new UserError(`${path} does not say its structures`);
    return { path, model, structures, ...(classes && { classes }), ...(await check(loaded, structures)) };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

type Sides = readonly (number | null)[];

/** Of the input and the first output; Take and Give has a coarse mask as its second. */
function shapesOf(
  path: string,
  { inputs, outputs }: LoadedModel['model'],
  rank: number,
  what: string,
): [input: Sides, output: Sides] {
  const [input, output] = [inputs[0]!.shape, outputs[0]!.shape];
  if (inputs.length === 1 && input.length === 4 && output.length === rank) return [input, output];
  throw new UserError(`${path} takes [${input}] and gives [${output}], expected ${what}`);
}

/** Size and channels, from the layers where they fix them, else from the metadata; what contradicts is refused. */
function inputOf(path: string, meta: LoadedModel['meta'], shape: Sides, channels: number): Input {
  const said = (meta.preprocessing ?? {}) as Partial<Record<'height' | 'width' | 'channels', unknown>>;
  const [height, width] = (['height', 'width'] as const).map((side, i) => {
    const fixed = shape[i + 1];
    const pixels = said[side] ?? fixed;
    if (typeof pixels !== 'number' || !Number.isInteger(pixels) || pixels < 1)
      throw new UserError(`${path} does not say what size its images must have (preprocessing.${side})`);
    if (fixed != null && fixed !== pixels)
      throw new UserError(`${path} takes a ${side} of ${fixed}, its preprocessing.${side} is ${pixels}`);
    return pixels;
  });
  if (channels !== 1 && channels !== 3)
    throw new UserError(`${path} takes ${channels} image channels, expected 1 or 3`);
  if (said.channels !== undefined && said.channels !== channels)
    throw new UserError(
      `${path} takes ${channels} image channels, its preprocessing.channels is ${said.channels}`,
    );
  return { size: { height: height!, width: width! }, imageChannels: channels };
}
