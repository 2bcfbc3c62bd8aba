import { type Swept, sweep } from '@diff/checks/testing';
import { resnet } from '@diff/networks';
import { baselineDia } from '@diff/networks/diagnosis';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import type * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, expect, it } from 'vitest';
import * as tgModel from './index.js';

const small = { depth: 18, width: 4, stem: 'cifar', size: [16, 16], seed: 1 } as const;
const backbone = resnet({ ...small, inputChannels: 1 });
const diagnosisNetwork = baselineDia({ ...small, imageChannels: 1, structures: 1 });
beforeAll(() => tf.setBackend('cpu'));

const attention = {
  variant: 'balanced',
  patchSize: 2,
  heads: 2,
  positions: 'sine',
  norm: true,
  blockSize: 4,
  dropPath: 0.1,
  seed: 1,
};
const layer = (Layer: typeof tgModel.Give | typeof tgModel.Take): Case => ({
  args: { options: { ...attention, name: 'a', trainable: true } },
  // The error names the layer, as there are several: Give 'give.B1'.
  run: (options: never) => {
    try {
      return new Layer(options).getClassName();
    } catch (error) {
      (error as Error).message = (error as Error).message.replace(/^(\w+) '[^']*'/, '$1');
      throw error;
    }
  },
  opaque: ['options.name', 'options.trainable'],
});
type Case = Pick<Swept, 'args' | 'run'> & Partial<Swept>;

/** What the backbone has no layer for. */
function withoutLayers(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    if (/has no Give or Take layer/.test(String(error))) return 'none';
    throw error;
  }
}

const functions: Record<string, Case> = {
  Give: layer(tgModel.Give),
  Take: layer(tgModel.Take),
  Frozen: {
    args: { options: { graph: { className: 'Model', config: {} }, source: backbone, name: 'a' } },
    run: (options: never) => new tgModel.Frozen(options).getClassName(),
    required: ['options', 'options.graph'],
    opaque: ['options.name', 'options.graph.className', 'options.graph.config'],
    // Of a model whose graph is not what it says, the engine tells when the layer is built.
    documented: (place, hostile) => place === 'options.graph' && /an option|prototype/.test(hostile),
    mentions: ['graph'],
  },
  applyFrozen: {
    args: { model: backbone, inputs: backbone.inputs, name: 'a' },
    run: (...args: Parameters<typeof tgModel.applyFrozen>) => tgModel.applyFrozen(...args).length,
    documented: (place, hostile) => place === 'name' && hostile !== '""',
  },
  attentionHealth: {
    args: { model: backbone, input: tf.zeros([1, 16, 16, 1], 'float32') },
    run: (model: tfl.LayersModel, input: tf.Tensor) =>
      withoutLayers(() => tgModel.attentionHealth(model, input)),
  },
  attentionMaps: {
    args: { model: backbone, input: tf.zeros([1, 16, 16, 1], 'float32') },
    run: (model: tfl.LayersModel, input: tf.Tensor) =>
      withoutLayers(() => tgModel.attentionMaps(model, input)),
  },
  defaultPatchSize: {
    args: { size: [64, 64], channels: 4 },
    run: tgModel.defaultPatchSize as Swept['run'],
  },
  takeAndGive: {
    args: { options: { loss: () => tf.scalar(0), coarse: 1 } },
    run: tgModel.takeAndGive as Swept['run'],
  },
  tgNetwork: {
    args: {
      options: {
        ...attention,
        backbone,
        diagnosisNetwork,
        blocks: ['B1'],
        levels: ['stem', 'B1', 'B2', 'B3', 'B4'],
        structures: 1,
        mask: 'zeros',
        residual: true,
        inject: 'attention',
        startFrom: diagnosisNetwork,
        filters: 4,
      },
    },
    run: (options: tgModel.TGNetworkOptions) => tgModel.tgNetwork(options).outputs.length,
    required: ['options', 'options.backbone', 'options.diagnosisNetwork'],
    // Without blocks it is Baseline-Seg.
    documented: (place, hostile) => place === 'options.blocks' && hostile === '[]',
  },
};

it('sweeps every public function', () => {
  const values = Object.entries(tgModel).filter(([, value]) => typeof value === 'function');
  expect(Object.keys(functions).sort()).toEqual(
    values
      .map(([name]) => name)
      .filter((name) => name !== 'CrossAttention')
      .sort(),
  );
});

it.each(Object.entries(functions))('%s, with hostile values', async (name, swept) => {
  expect(await sweep({ name, ...swept })).toEqual([]);
});
