import {
  check,
  checkBoolean,
  checkInteger,
  checkList,
  checkObject,
  checkOneOf,
  checkOptions,
  checkString,
  oneOf,
  show,
} from '@diff/checks';
import { unetDecoder } from '@diff/networks/layers';
import * as tfl from '@tensorflow/tfjs-layers';
import { attentionOptions, attentionSettings, type CrossAttentionOptions } from './cross-attention.js';
import { applyFrozen } from './frozen.js';
import { Give } from './give.js';
import { addPooled } from './pooled.js';
import { startFrom } from './start-from.js';
import { Take } from './take.js';
import { ZeroMask } from './zero-mask.js';

type Shared = Pick<CrossAttentionOptions, (typeof attentionOptions)[number]>;

export interface TGNetworkOptions extends Shared {
  /**
   * The segmentation encoder: any model of one image, of fixed size, whose layers named as `levels` give features.
   * It becomes part of the network and is trained with it.
   */
  backbone: tfl.LayersModel;
  /**
   * A trained diagnosis network: any model of image ⊕ mask (or of [image, mask], or of the image alone) that has
   * layers named as `blocks`. A copy of it is kept, frozen. Not needed where `blocks` is empty.
   */
  diagnosisNetwork?: tfl.LayersModel;
  /** The levels that are connected. Default: B1, B2, B3, the paper's choice. */
  blocks?: readonly string[];
  /** The backbone's feature levels, finest first. Default: those of stem, B1, B2, B3, B4 that it has. */
  levels?: readonly string[];
  /** Masks to predict, one channel each. Default: 1. */
  structures?: number;
  /**
   * What the diagnosis network gets for a mask, since there is none at inference. 'coarse' (the default): the sigmoid of
   * a second decoder on the same encoder, one channel per structure (the released code gives the logits of one channel
   * for all of them). 'zeros': no mask. 'none': nothing, for a network that wants the image alone.
   */
  mask?: 'coarse' | 'zeros' | 'none';
  /**
   * Adds the decoder's feature to what Take gives. Neither the paper nor the released code does: there Take's result
   * replaces it, and what is to be kept must pass through the attention. Default: true in the variant 'balanced', else
   * false.
   */
  residual?: boolean;
  /**
   * How the diagnosis network's features reach the decoder. 'attention' (the default): by Give and Take. 'pooled': a
   * linear map of their mean over all places is added to the decoder's feature, and the options of attention mean nothing.
   */
  inject?: 'attention' | 'pooled';
  /**
   * A trained model whose weights the backbone starts from, such as the diagnosis network: those of the layers with the
   * same names and shapes; of a convolution of image ⊕ mask the part that looks at the image. The backbone's own weights
   * are overwritten. Default: none.
   */
  startFrom?: tfl.LayersModel;
  /** Channels of the decoder; see `unetDecoder`. Default: 256. */
  filters?: number;
}

const LEVELS = ['stem', 'B1', 'B2', 'B3', 'B4'];
const BLOCKS = ['B1', 'B2', 'B3'];
const names = [
  ...attentionOptions,
  'backbone',
  'diagnosisNetwork',
  'blocks',
  'levels',
  'structures',
  'mask',
  'residual',
  'inject',
  'startFrom',
  'filters',
] as const satisfies (keyof TGNetworkOptions)[];

/**
 * The Take and Give network: image [B, H, W, C] → mask logits [B, H, W, structures], and where `mask` is 'coarse' the
 * coarse mask's logits as a second output. At every connected level k (Wu et al. 2022, §3.2.2, Figure 3c),
 *
 *     given_k = Give(encoder_k, diagnosis_k);   decoder_k ← Take(given_k, decoder_k), and then the deconvolution.
 *
 * and with a residual decoder_k ← decoder_k + Take(given_k, decoder_k). Without blocks it is Baseline-Seg, `resUnet`,
 * layer for layer. Train it with the task `takeAndGive`.
 *
 * @throws RangeError for a block or level that a network does not have (it lists those that it has), and for inputs of
 * the diagnosis network that `mask` cannot serve; TypeError where a network is missing, and for an unknown option.
 */
export function tgNetwork(options: TGNetworkOptions): tfl.LayersModel {
  checkObject('tgNetwork', 'options', options);
  checkOptions('tgNetwork', options, names);
  const { backbone, blocks = BLOCKS, structures = 1, mask = 'coarse', filters, seed = 0 } = options;
  const { variant, residual = variant === 'balanced', inject = 'attention' } = options;
  checkOneOf('tgNetwork', 'mask', mask, ['coarse', 'zeros', 'none']);
  checkOneOf('tgNetwork', 'inject', inject, ['attention', 'pooled']);
  checkBoolean('tgNetwork', 'residual', residual);
  checkModel('backbone', backbone);
  const image = theImage(backbone);
  if (options.startFrom !== undefined) startFrom(backbone, options.startFrom);
  const { levels = LEVELS.filter((name) => has(backbone, name)) } = options;
  checkNames('levels', levels);
  if (!Array.isArray(blocks) || blocks.length) checkNames('blocks', blocks);
  attentionSettings('tgNetwork', options);
  checkInteger('tgNetwork', 'structures', structures, 1);
  const isEven = filters === undefined || (Number.isSafeInteger(filters) && filters > 0 && filters % 2 === 0);
  check(isEven, 'tgNetwork', 'filters', filters, 'a positive even integer');
  const features = levels.map((name) => {
    const tensor = feature(backbone, 'backbone', name);
    return { name, tensor, stride: image.shape[1]! / tensor.shape[1]! };
  });
  for (const block of blocks)
    if (!levels.includes(block))
      throw new RangeError(
        `tgNetwork: blocks has ${show(block)}, expected some of the levels ${levels.join(', ').slice(0, 150)}`,
      );

  const decoder = { structures, filters, seed };
  if (!blocks.length)
    return tfl.model({ inputs: image, outputs: unetDecoder(features, decoder), name: 'tgNetwork' });

  const coarse =
    mask === 'coarse' ? unetDecoder(features, { ...decoder, seed: seed + 1, name: 'coarse' }) : undefined;
  const diagnosis = diagnosisFeatures(options, image, blocks, coarse);
  const encoder = new Map(features.map(({ name, tensor }) => [name, tensor]));
  const outputs = unetDecoder(features, {
    ...decoder,
    before(x, name) {
      const known = diagnosis.get(name);
      if (!known) return x;
      const at = blocks.indexOf(name);
      if (inject === 'pooled') return addPooled(x, known, `pooled.${name}`, seed + 2 * at);
      const give = new Give({ ...layerOptions(options), name: `give.${name}`, seed: seed + 2 * at });
      const take = new Take({ ...layerOptions(options), name: `take.${name}`, seed: seed + 2 * at + 1 });
      const given = give.apply([encoder.get(name)!, known]) as tfl.SymbolicTensor;
      const taken = take.apply([given, x]) as tfl.SymbolicTensor;
      if (!residual) return taken;
      return tfl.layers.add({ name: `take.${name}.add` }).apply([x, taken]) as tfl.SymbolicTensor;
    },
  });
  return tfl.model({ inputs: image, outputs: coarse ? [outputs, coarse] : outputs, name: 'tgNetwork' });
}

function layerOptions({ variant, patchSize, heads, positions, norm, blockSize, dropPath }: TGNetworkOptions) {
  return { variant, patchSize, heads, positions, norm, blockSize, dropPath };
}

function theImage(backbone: tfl.LayersModel): tfl.SymbolicTensor {
  const [image, ...others] = backbone.inputs;
  const shape = image!.shape;
  if (others.length || shape.length !== 4 || shape.slice(1).includes(null))
    throw new RangeError(
      `tgNetwork: backbone takes ${backbone.inputs.map((input) => `[${input.shape.map((n) => n ?? 'null')}]`).join(' and ')}, ` +
        'expected one image of fixed size, [batch, height, width, channels]',
    );
  return image!;
}

function checkModel(what: string, model: unknown, or = ''): asserts model is tfl.LayersModel {
  const is = Array.isArray((model as tfl.LayersModel | undefined)?.inputs);
  check(is, 'tgNetwork', what, model, `a tf.layers model${or}`, 'other');
}

function checkNames(what: string, names: unknown): void {
  checkList('tgNetwork', what, names, 'an array of names of layers', (each, name) =>
    checkString('tgNetwork', each, name),
  );
}

const has = (model: tfl.LayersModel, name: string) => model.layers.some((layer) => layer.name === name);

function feature(model: tfl.LayersModel, role: string, name: string): tfl.SymbolicTensor {
  if (!has(model, name))
    throw new RangeError(
      `tgNetwork: ${role} has no layer called ${show(name)}, expected ${oneOf(model.layers.map((layer) => layer.name))}`,
    );
  return model.getLayer(name).output as tfl.SymbolicTensor;
}

/** The frozen diagnosis network's features by level. */
function diagnosisFeatures(
  { diagnosisNetwork: network, structures = 1, mask = 'coarse' }: TGNetworkOptions,
  image: tfl.SymbolicTensor,
  blocks: readonly string[],
  coarse?: tfl.SymbolicTensor,
): Map<string, tfl.SymbolicTensor> {
  checkModel('diagnosisNetwork', network, ' (or blocks: [])');
  const tensors = blocks.map((name) => feature(network, 'diagnosisNetwork', name));
  const part = tfl.model({ inputs: network.inputs, outputs: tensors, name: 'diagnosis' });

  const channels = network.inputs.map(({ shape }) => shape.at(-1)!);
  const [seen, drawn] = [image.shape[3]!, structures];
  const wanted = mask === 'none' ? [[seen]] : [[seen + drawn], [seen, drawn]];
  if (!wanted.some((form) => String(form) === String(channels)))
    throw new RangeError(
      `tgNetwork: diagnosisNetwork takes ${channels.join(' and ')} channels, expected ${wanted.map((form) => form.join(' and ')).join(', or ')} ` +
        `(image ${seen}${mask === 'none' ? '' : `, mask ${drawn}`}) where mask is '${mask}'`,
    );
  const inputs = mask === 'none' ? [image] : [image, maskFor(mask, image, drawn, coarse)];
  const joined = channels.length < inputs.length ? [concatenate(inputs)] : inputs;
  const outputs = applyFrozen(part, joined, 'diagnosis');
  return new Map(blocks.map((name, i) => [name, outputs[i]!]));
}

function maskFor(
  mask: 'coarse' | 'zeros',
  image: tfl.SymbolicTensor,
  structures: number,
  coarse?: tfl.SymbolicTensor,
): tfl.SymbolicTensor {
  const layer =
    mask === 'coarse'
      ? tfl.layers.activation({ name: 'coarse.mask', activation: 'sigmoid' })
      : new ZeroMask({ name: 'zero.mask', structures });
  return layer.apply(coarse ?? image) as tfl.SymbolicTensor;
}

const concatenate = (inputs: tfl.SymbolicTensor[]) =>
  tfl.layers.concatenate({ name: 'diagnosis.input' }).apply(inputs) as tfl.SymbolicTensor;
