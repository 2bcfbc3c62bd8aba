import { checkObject, checkOptions, checkSeed } from '@diff/checks';
import { readSafetensors, type Weights } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { copyWeights, type Tensors, type TorchReport, torchName, turned } from '../torch/copy-weights.js';
import { agNet } from './ag-net.js';
import { beal } from './beal.js';
import { type CeNetOptions, ceNet } from './ce-net.js';
import { torchNames } from './torch-names.js';
import { trfeNet } from './trfe-net.js';

/** The name of a network whose official release is PyTorch. */
export type TorchSegmentation = 'agNet' | 'ceNet' | 'beal' | 'trfeNet';

/** What `importSegmentation` takes. */
export interface ImportSegmentationOptions {
  /** Seed of weights that the file does not have. Default: 0. */
  seed?: number;
  /** What to call the file in an error. Default: 'the file'. */
  name?: string;
}

/** What `importSegmentation` gives. */
export interface ImportedSegmentation {
  network: TorchSegmentation;
  model: tfl.LayersModel;
  /** Of the network's function. */
  options: CeNetOptions;
  report: TorchReport;
}

const makers: Record<TorchSegmentation, (options: CeNetOptions) => tfl.LayersModel> = {
  agNet,
  ceNet,
  beal,
  trfeNet,
};

/**
 * The network whose weights a safetensors file holds by the names of its official PyTorch release: AG-Net (HzFu/AGNet), CE-Net
 * (Guzaiwang/CE-Net), BEAL (emma-sjwang/BEAL) or TRFE-Net (haifangong/TRFE-Net-for-thyroid-nodule-segmentation). Which one, its width, channels
 * and structures are read off names and shapes. It takes images as the release did, normalised in the same way.
 *
 * - CE-Net, TRFE-Net: the logits are those of the release, which has a sigmoid after them. TRFE-Net's `up6_align` … `up9_align` and
 *   `reduction6` are `unused`, as they are in its own forward pass.
 * - BEAL: logits and boundary are those of the release; its first structure is the cup. Its discriminators are kept in files of their
 *   own: here they are `fresh`.
 * - AG-Net: two classes under a softmax become one structure, by the difference of their logits. Every weight has its place, and the convolutions
 *   without a bias get zeros (`fresh`). The logits are near those of the release, not the same: the guided filter is normalised and enlarged as
 *   `GuidedFilter` says.
 *
 * @throws Error for a file that is not whole, is of none of them, or lacks a weight or has another besides.
 */
export function importSegmentation(
  bytes: Uint8Array,
  given: ImportSegmentationOptions = {},
): ImportedSegmentation {
  const who = 'importSegmentation';
  checkObject(who, 'options', given);
  checkOptions(who, given, ['seed', 'name']);
  const { seed = 0, name = 'the file' }: ImportSegmentationOptions = given;
  checkSeed(who, seed);
  const { tensors } = readSafetensors(bytes, name);
  const network = torchSegmentationOf(tensors);
  if (!network) {
    const known = Object.values(torchNames).map(({ mark }) => mark);
    throw new Error(`${name} is of no segmentation network known here: it has none of ${known.join(', ')}`);
  }
  const names = torchNames[network];
  const options: CeNetOptions = { ...optionsOf(network, tensors, name), seed };
  const model = makers[network](options);
  const biases = new Set<string>();
  try {
    const report = copyWeights(
      model,
      tensors,
      (layer, kind) => {
        // A layer of several convolutions: dac/d1.kernel.
        const [part, own] = kind.includes('.') ? kind.split('.') : [undefined, kind];
        const torch = names.layer(part ? `${layer}/${part}` : layer);
        if (torch !== undefined && own === 'bias') biases.add(`${layer}/${kind}`);
        return torch && torchName(torch, own!);
      },
      (tensor, wanted, of) => converted(network, tensor, wanted, `${name}: ${of}`),
    );
    const idle = report.unused.filter((each) => names.idle?.test(each));
    const extra = report.unused.filter((each) => !names.idle?.test(each));
    const missing = report.fresh.filter(
      (weight) => !/Discriminator\./.test(weight) && !(network === 'agNet' && biases.has(weight)),
    );
    if (missing.length || extra.length)
      throw new Error(
        `${name} is not a ${network} of the official release: ${[
          missing.length && `it lacks what is here ${missing.join(', ')}`,
          extra.length && `it has ${extra.join(', ')} besides`,
        ]
          .filter(Boolean)
          .join('; ')}`,
      );
    return { network, model, options, report: { ...report, unused: idle } };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** Which of the networks a file is of, if any. */
export const torchSegmentationOf = (tensors: Tensors): TorchSegmentation | undefined =>
  (Object.keys(torchNames) as TorchSegmentation[]).find((network) => tensors.has(torchNames[network].mark));

function optionsOf(network: TorchSegmentation, tensors: Tensors, name: string): CeNetOptions {
  const { first, share, last } = torchNames[network];
  const sizes = [first, last].map((of) => {
    const { shape } = tensors.get(of) ?? {};
    if (shape?.length === 4) return shape;
    throw new Error(
      `${name} is not a ${network} of the official release: it has no convolution called ${of}`,
    );
  }) as [number[], number[]];
  const [[channels, imageChannels], [classes]] = sizes;
  const options = { width: share * channels!, imageChannels: imageChannels! };
  if (network === 'agNet') {
    if (classes! > 2) throw new Error(`${name} has an agNet of ${classes} classes, expected 1 or 2`);
    return { ...options, structures: 1 };
  }
  if (network !== 'ceNet') return { ...options, structures: classes! };
  const blocks = [...tensors.keys()].filter((each) => /^encoder3\.\d+\.conv1\.weight$/.test(each)).length;
  return { ...options, structures: classes!, depth: blocks === 2 ? 18 : 34 };
}

function converted(network: TorchSegmentation, weights: Weights, wanted: number[], name: string): tf.Tensor {
  return tf.tidy(() => {
    let tensor = turned(weights);
    const [outputs, inputs] = weights.shape;
    // Depthwise: one input each.
    if (weights.shape.length === 4 && inputs === 1 && wanted[2] === outputs && wanted[3] === 1)
      tensor = tf.transpose(tensor, [0, 1, 3, 2]);
    if (network === 'agNet' && wanted.at(-1) === 1 && tensor.shape.at(-1) === 2) {
      const [no, yes] = tf.split(tensor, 2, -1);
      tensor = tf.sub(yes!, no!);
    }
    if (tensor.shape.join() !== wanted.join())
      throw new Error(`${name} has shape [${tensor.shape}] in TensorFlow's order, expected [${wanted}]`);
    return tensor;
  });
}
