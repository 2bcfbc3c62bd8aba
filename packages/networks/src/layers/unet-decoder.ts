import {
  check,
  checkFunction,
  checkInteger,
  checkObject,
  checkOptions,
  checkSeed,
  checkString,
  fail,
} from '@diff/checks';
import * as tfl from '@tensorflow/tfjs-layers';
import { layersFrom } from '../layers/torch-layers.js';

/** A feature map of an encoder, and how many input pixels one of its pixels spans. */
export interface Feature {
  name: string;
  tensor: tfl.SymbolicTensor;
  stride: number;
}

export interface UnetDecoderOptions {
  /** Channels of the last layer: one per structure. */
  structures: number;
  /** Channels after each fusion; half from below, half from the encoder. Default: 256. */
  filters?: number;
  seed?: number;
  /** What the names of its layers begin with, where a network has several decoders. Default: `decoder`. */
  name?: string;
  /**
   * Changes the decoder's feature before it goes up from the level `name`: where T&G puts its Take. Default: nothing.
   */
  before?: (feature: tfl.SymbolicTensor, name: string) => tfl.SymbolicTensor;
}

/** Channels of which half come from below and half from the encoder. */
export function checkFilters(who: string, filters: unknown): void {
  check(
    Number.isSafeInteger(filters) && (filters as number) > 0 && !((filters as number) % 2),
    who,
    'filters',
    filters,
    'a positive even integer',
  );
}

function checkFeatures(who: string, features: unknown): void {
  check(Array.isArray(features), who, 'features', features, 'an array of features', 'other');
  if (features.length === 0) fail(who, 'features is empty, expected at least one');
  for (const [i, feature] of features.entries()) {
    checkObject(who, `features[${i}]`, feature);
    const { name, tensor, stride } = feature as unknown as Feature;
    checkString(who, `features[${i}].name`, name);
    check(Array.isArray(tensor?.shape), who, `features[${i}].tensor`, tensor, 'a symbolic tensor', 'other');
    const before = (features as Feature[])[i - 1]?.stride;
    checkInteger(who, `features[${i}].stride`, stride, 1);
    const fits = Number.isInteger(Math.log2(stride)) && (i === 0 || [1, 2].includes(stride / before!));
    check(
      fits,
      who,
      `features[${i}].stride`,
      stride,
      `a power of two${i ? `, ${before} or ${2 * before!}` : ''}`,
    );
  }
}

/**
 * The decoder of a U-Net on any encoder, as in the paper's released code: from the coarsest feature upwards, at every
 * level a 2 × 2 transposed convolution with stride 2 (where the next level is finer; 1 × 1 convolution where it is
 * not) beside a 1 × 1 convolution of the encoder's feature, concatenated, ReLU, batch norm; at the end transposed
 * convolutions up to the input's size → logits [B, H, W, structures].
 *
 * @param features Finest first; strides must be powers of two, each 1 or 2 times that of the feature before.
 * @throws RangeError for strides that the decoder cannot follow, or counts that are not positive integers.
 */
export function unetDecoder(features: readonly Feature[], options: UnetDecoderOptions): tfl.SymbolicTensor {
  const who = 'unetDecoder';
  checkOptions(who, options, ['structures', 'filters', 'seed', 'name', 'before']);
  const {
    structures,
    filters = 256,
    seed = 0,
    name: prefix = 'decoder',
    before = (feature: tfl.SymbolicTensor) => feature,
  } = options ?? {};
  const logits = prefix === 'decoder' ? 'logits' : `${prefix}.logits`;
  checkInteger(who, 'structures', structures, 1);
  checkFilters(who, filters);
  checkSeed(who, seed);
  checkString(who, 'name', prefix);
  checkFunction(who, 'before', before);
  checkFeatures(who, features);
  const { conv, up, norm, relu } = layersFrom(seed + 5);
  const [deepest, ...finer] = [...features].reverse() as [Feature, ...Feature[]];

  const half = filters / 2;
  let x = before(deepest.tensor, deepest.name);
  let stride = deepest.stride;
  for (const { name, tensor, stride: target } of finer) {
    const below = `${prefix}.${name}.up`;
    const raised = stride > target ? up(x, below, half) : conv(x, below, half, 1, 1, true);
    const skip = conv(tensor, `${prefix}.${name}.skip`, half, 1, 1, true);
    const joined = tfl.layers.concatenate({ name: `${prefix}.${name}.concat` }).apply([raised, skip]);
    x = norm(relu(joined as tfl.SymbolicTensor, `${prefix}.${name}.relu`), `${prefix}.${name}`);
    stride = target;
    x = before(x, name);
  }
  for (; stride > 2; stride /= 2) x = relu(up(x, `${prefix}.up${stride}`, half), `${prefix}.relu${stride}`);
  return stride === 2 ? up(x, logits, structures) : conv(x, logits, structures, 1, 1, true);
}
