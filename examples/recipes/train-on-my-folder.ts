// Train on a folder of pictures, masks of several raters and a table of diagnoses, and keep the model.
// The folder is made here from phantoms; with your own, leave out the first part.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useBackend } from '@diff/backend';
import { folder, phantom, write } from '@diff/datasets';
import { resUnet } from '@diff/networks/segmentation';
import { adam, segmentation, startAtPrior, toExamples, train } from '@diff/train';
import { loadModel, saveModel } from '@diff/train/node';

const root = await mkdtemp(join(tmpdir(), 'my-scans-'));
await write(phantom('skin', { cases: 40, size: 32, seed: 1 }), root, 'folder');

await useBackend();
const scans = await folder(root, {
  image: 'images/{id}.png',
  mask: 'masks/{structure}/{rater}/{id}.png',
  label: { file: 'labels.csv', id: 'id', diagnosis: 'diagnosis', patient: 'patient' },
});
for (const { path, reason } of scans.problems) console.log(`${path}: ${reason}`);

const { structures } = scans; // in the order of the network's channels
const parts = scans.split({ seed: 1 }); // by patient
const examples = await toExamples(parts.train.cases(), { structures });
const unseen = await toExamples(parts.validation.cases(), { structures });
const network = resUnet({ width: 4, size: [32, 32] });
startAtPrior(network, examples);
const { history, best } = await train(network, examples, {
  task: segmentation(),
  epochs: 4,
  batchSize: 8,
  optimizer: adam({ learningRate: 3e-3 }),
  validation: { examples: unseen }, // keeps the weights of the epoch with the least loss there
});
console.log(history.map(({ loss }) => loss.toFixed(3)).join(' '), `best epoch: ${best?.epoch}`);

const file = join(root, 'lesion.safetensors');
await saveModel(network, file, { structures });
console.log('kept, and loaded again:', (await loadModel(file)).meta);
