#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { useBackend } from '@diff/backend';
// commander: small, without dependencies, the parser that most Node tools use.
import { Command, InvalidArgumentError } from 'commander';
import { saveModel } from '../node/model-files.js';
import { importTorch } from '../torch-weights.js';

const positive = (text: string) => {
  const value = Number(text);
  if (!Number.isInteger(value) || value <= 0) throw new InvalidArgumentError('expected a positive integer');
  return value;
};

const program = new Command('diff-networks').description(
  'Backbones and diagnosis networks for TensorFlow.js.',
);

program
  .command('import-torch')
  .description('make a saved model of a torchvision ResNet whose weights are in a safetensors file')
  .argument('<weights>', 'the safetensors file, with torchvision names (conv1.weight, layer1.0.bn1.bias, …)')
  .option('-o, --out <file>', 'where to write the model (default: <weights>.model.safetensors)')
  .option(
    '--input-channels <n>',
    'input channels; those beyond the file start as the mean of its filters',
    positive,
  )
  .option(
    '--classes <n>',
    'outputs of the dense layer; another number than in the file starts it anew',
    positive,
  )
  .option('--seed <n>', 'of new weights', Number)
  .action(
    async (
      weights: string,
      flags: { out?: string; inputChannels?: number; classes?: number; seed?: number },
    ) => {
      const { out = `${weights.replace(/\.safetensors$/, '')}.model.safetensors`, ...options } = flags;
      await useBackend({ prefer: 'cpu' });
      const {
        model,
        options: network,
        report,
      } = importTorch(await readFile(weights), { ...options, name: weights });
      await saveModel(model, out, { network: 'resnet', options: network, source: basename(weights) });
      console.log(
        `${out}: ResNet${network.depth}, ${model.countParams()} weights, ${JSON.stringify(network)}`,
      );
      if (report.fresh.length) console.log(`new, not from the file: ${report.fresh.join(', ')}`);
    },
  );

program.parseAsync().catch((error: unknown) => {
  console.error(`diff-networks: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
});
