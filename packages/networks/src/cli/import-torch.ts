import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { readSafetensors } from '@diff/train';
import { saveModel } from '@diff/train/node';
import { importSegmentation, torchSegmentationOf } from '../segmentation/import-segmentation.js';
import { type ImportTorchOptions, importTorch } from '../torch/import-torch.js';

const help = `diff-networks import-torch <weights> [options]

Makes a saved model of a torchvision ResNet whose weights are in a safetensors file, under torchvision's names
(conv1.weight, layer1.0.bn1.bias, …), or of AG-Net, CE-Net, BEAL or TRFE-Net under the names of their official releases.

  -o, --out <file>        where to write the model (default: <weights>.model.safetensors)
  --input-channels <n>    of a ResNet: input channels; those beyond the file start as the mean of its filters
  --classes <n>           of a ResNet: outputs of the dense layer; another number than in the file starts it anew
  --seed <n>              of new weights (default: 0)`;

const flags = {
  out: { type: 'string', short: 'o' },
  'input-channels': { type: 'string' },
  classes: { type: 'string' },
  seed: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** `diff-networks import-torch`. */
export async function importTorchCommand(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args, options: flags, allowPositionals: true });
  if (values.help) {
    console.log(help);
    return;
  }
  const [weights, ...more] = positionals;
  if (!weights || more.length)
    throw new Error(`import-torch: got ${positionals.length} files, expected one (import-torch --help)`);
  const out = values.out ?? `${weights.replace(/\.safetensors$/, '')}.model.safetensors`;
  const options: ImportTorchOptions = {
    name: weights,
    inputChannels: integer('input-channels', values['input-channels'], 1),
    classes: integer('classes', values.classes, 1),
    seed: integer('seed', values.seed, 0),
  };
  const bytes = await readFile(weights);
  const found = importAny(bytes, options);
  const { model, network, report } = found;
  await saveModel(model, out, { network, options: found.options, source: basename(weights) });
  const title = network === 'resnet' ? `ResNet${found.options.depth}` : network;
  console.log(`${out}: ${title}, ${model.countParams()} weights, ${JSON.stringify(found.options)}`);
  if (report.fresh.length) console.log(`new, not from the file: ${report.fresh.join(', ')}`);
}

/** Whatever network the file is of. */
function importAny(bytes: Uint8Array, { inputChannels, classes, ...options }: ImportTorchOptions) {
  const { tensors } = readSafetensors(bytes, options.name);
  if (!torchSegmentationOf(tensors))
    return { network: 'resnet', ...importTorch(bytes, { inputChannels, classes, ...options }) };
  for (const [flag, value] of Object.entries({ 'input-channels': inputChannels, classes }))
    if (value !== undefined)
      throw new Error(`import-torch: --${flag} is for a ResNet, and ${options.name} is none`);
  return importSegmentation(bytes, options);
}

function integer(flag: string, text: string | undefined, low: number): number | undefined {
  if (text === undefined) return undefined;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isSafeInteger(value) && value >= low) return value;
  const expected = low === 1 ? 'a positive integer' : `an integer of at least ${low}`;
  throw new Error(`import-torch: --${flag} is "${text}", expected ${expected}`);
}
