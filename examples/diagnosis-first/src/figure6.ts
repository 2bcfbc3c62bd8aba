/**
 * The paper's Figure 6: a healthy and an ill case fused by each parametrisation. Writes the picture, and prints the share
 * of the maps' energy above a quarter of the Nyquist frequency, over all fused cases.
 */
import { useBackend } from '@diff/backend';
import type { Case } from '@diff/datasets';
import { type DiagnosisFirstResult, diagnosisFirstAll, highFrequencyShare } from '@diff/fusion/df-gt';
import { Command, InvalidArgumentError } from 'commander';
import sharp from 'sharp';
import { expertness, majority } from './fusions.js';
import { trainJudge } from './judges.js';
import { loadTask, type TaskName } from './task.js';

const count = (text: string) => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('expected a positive integer');
  return value;
};
const options = new Command('figure6')
  .description('expertness maps and fused labels by parametrisation, as a picture')
  .option('--task <name>', 'fundus, thyroid, skin or lidc', 'fundus')
  .option('--structure <name>', 'which fused label to show; by default the first')
  .option('--train <n>', 'training cases', count, 200)
  .option('--test <n>', 'fused cases', count, 20)
  .option('--size <pixels>', 'side of the images', count, 64)
  .option('--width <channels>', 'of the ResNet18 after the stem', count, 16)
  .option('--epochs <n>', 'of the diagnosis network', count, 12)
  .option('--seed <n>', 'of data and networks', Number, 0)
  .option('--out <file>', 'picture to write', 'figure6.png')
  .parse()
  .opts<{
    task: TaskName;
    structure?: string;
    train: number;
    test: number;
    size: number;
    width: number;
    epochs: number;
    seed: number;
    out: string;
  }>();

const { name: engine } = await useBackend();
console.error(`engine ${engine}`);
const task = await loadTask(options.task, options);
const judge = await trainJudge('baselineDia', task, task.train, options);
const structure = options.structure ?? task.structures[0]!;

const results = new Map<string, DiagnosisFirstResult[]>();
console.log('| parametrisation | share of energy above a quarter of Nyquist |\n| --- | ---: |');
for (const [name, map] of Object.entries(expertness)) {
  const fused: DiagnosisFirstResult[] = [];
  for await (const { result } of diagnosisFirstAll(task.test, {
    network: judge.network,
    expertness: map,
    objective: 'logit',
    structures: task.structures,
    seed: options.seed,
  }))
    fused.push(result);
  results.set(name, fused);
  const shares = fused.flatMap((result) =>
    Object.values(result.expertness).map((weights) =>
      highFrequencyShare(weights, { height: options.size, width: options.size }),
    ),
  );
  console.log(`| ${name} | ${(shares.reduce((a, b) => a + b) / shares.length).toFixed(4)} |`);
}
judge.dispose();

const shown = [0, 1].map((diagnosis) => task.test.findIndex((one) => one.diagnosis === diagnosis));
await draw(shown.filter((index) => index >= 0));
console.error(`wrote ${options.out}`);

/** Rows: a case's label, then its most extreme rater's map, by parametrisation. */
async function draw(indices: number[]): Promise<void> {
  const [tile, gap, head, left] = [160, 8, 26, 130];
  const columns = ['image', 'majority vote', ...results.keys()];
  const pictures: sharp.OverlayOptions[] = [];
  const labels: string[] = columns.map((text, c) =>
    textAt(left + c * (tile + gap) + tile / 2, 18, text, 'middle'),
  );
  const place = async (row: number, column: number, pixels: Promise<Buffer>) =>
    pictures.push({
      input: await pixels,
      left: left + column * (tile + gap),
      top: head + row * (tile + gap),
    });
  for (const [n, index] of indices.entries()) {
    const one = task.test[index]!;
    const row = 2 * n;
    labels.push(textAt(8, head + row * (tile + gap) + tile / 2, one.diagnosis ? 'ill' : 'healthy', 'start'));
    labels.push(textAt(8, head + row * (tile + gap) + tile / 2 + 18, 'fused label', 'start'));
    labels.push(textAt(8, head + (row + 1) * (tile + gap) + tile / 2, 'expertness of', 'start'));
    labels.push(textAt(8, head + (row + 1) * (tile + gap) + tile / 2 + 18, 'one rater', 'start'));
    await place(row, 0, picture(one, tile));
    await place(row, 1, heat(majority(one)[structure]!, 0, 1, tile));
    let column = 2;
    for (const fused of results.values()) {
      const { fused: label, expertness: maps } = fused[index]!;
      await place(row, column, heat(label[structure]!, 0, 1, tile));
      const spread = (map: Float32Array) => Math.max(...map) - Math.min(...map);
      const widest = Object.values(maps).reduce((a, b) => (spread(b) > spread(a) ? b : a));
      await place(row + 1, column++, heat(widest, Math.min(...widest), Math.max(...widest), tile));
    }
  }
  const [width, height] = [left + columns.length * (tile + gap), head + 2 * indices.length * (tile + gap)];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="14">${labels.join('')}</svg>`;
  await sharp({ create: { width, height, channels: 3, background: 'white' } })
    .composite([...pictures, { input: Buffer.from(svg), left: 0, top: 0 }])
    .png({ palette: true })
    .toFile(options.out);
}

const textAt = (x: number, y: number, text: string, anchor: string) =>
  `<text x="${x}" y="${y}" text-anchor="${anchor}">${text}</text>`;

function picture({ image }: Case, side: number): Promise<Buffer> {
  const bytes = Uint8Array.from(image.data, (value) => 255 * Math.min(1, Math.max(0, value)));
  return enlarge(bytes, image.width, image.height, image.channels, side);
}

/** Black at `low` through orange to white at `high`. */
function heat(values: ArrayLike<number>, low: number, high: number, side: number): Promise<Buffer> {
  const bytes = new Uint8Array(values.length * 3);
  for (let p = 0; p < values.length; p++) {
    const t = high > low ? (values[p]! - low) / (high - low) : 0.5;
    bytes.set(
      [0, 1, 2].map((channel) => 255 * Math.min(1, Math.max(0, 3 * t - channel))),
      3 * p,
    );
  }
  return enlarge(bytes, options.size, options.size, 3, side);
}

function enlarge(
  bytes: Uint8Array,
  width: number,
  height: number,
  channels: number,
  side: number,
): Promise<Buffer> {
  return sharp(bytes, { raw: { width, height, channels: channels as 1 | 3 } })
    .resize(side, side, { kernel: 'nearest' })
    .toColourspace('srgb')
    .png()
    .toBuffer();
}
