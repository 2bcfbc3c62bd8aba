import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import { importTorchCommand } from './import-torch.js';

const help = `diff-networks: backbones and diagnosis networks for TensorFlow.js.

  diff-networks import-torch <weights>   make a saved model of a torchvision ResNet's weights, or of AG-Net's, CE-Net's, BEAL's or TRFE-Net's

diff-networks import-torch --help says more.`;

async function main([command, ...args]: string[]): Promise<void> {
  if (command === 'import-torch') {
    await setBackend('cpu');
    await importTorchCommand(args);
  } else if (command === undefined || command === '--help' || command === '-h') console.log(help);
  else throw new Error(`there is no command "${command}", expected import-torch (diff-networks --help)`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(`diff-networks: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
});
