import { type EngineName, useBackend } from '@diff/backend';
import { resnet } from '@diff/networks';
import { dlCat } from '@diff/networks/diagnosis';
import { takeAndGive, tgNetwork, type Variant } from '@diff/tg-model';
import { train } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import { examplesOf } from './examples.js';
import { contestants, median, runPeer, type Suite, significant } from './harness.js';

const [size, width, filters, heads, batch, steps, rounds] = [64, 32, 128, 4, 8, 3, 3];

const examples = examplesOf(batch, size);

interface Step {
  weights: number;
  step: number;
}

async function time(engine: EngineName, blocks: string[], variant?: Variant): Promise<Step> {
  await useBackend({ prefer: engine });
  const diagnosisNetwork = dlCat({ width, size: [size, size] });
  const model = tgNetwork({
    backbone: resnet({ width, size: [size, size] }),
    diagnosisNetwork,
    blocks,
    variant,
    filters,
    heads,
  });
  const stamps: number[] = [];
  await train(model, examples, {
    task: takeAndGive(),
    epochs: steps + 2,
    batchSize: batch,
    onStep: () => stamps.push(performance.now()),
  });
  const weights = model.trainableWeights.reduce(
    (sum, w) => sum + tf.util.sizeFromShape(w.shape as number[]),
    0,
  );
  model.dispose();
  diagnosisNetwork.dispose();
  return {
    weights,
    step: median(
      stamps
        .slice(1)
        .map((stamp, i) => stamp - stamps[i]!)
        .slice(1),
    ),
  };
}

/** A training step of the T&G network beside PyTorch's of the same network. */
const suite: Suite = async (report) => {
  const { engines, python, absent } = await contestants();

  report.heading(
    `Training step, ResNet18 of width ${width}, decoder of ${filters}, batch ${batch} of ${size} × ${size}`,
  );
  report.note(
    'Batch, both losses, all gradients and Adam; DL-CAT frozen, seeing image and coarse mask; Give and Take at B1, B2, B3 ' +
      `with ${heads} heads. The trained weights are counted on either side. The baseline has no blocks. A round is the median ` +
      `of ${steps} steps; this is the best of ${rounds} rounds.`,
  );
  report.absent(absent);
  const networks = ['baseline', 'paper', 'released'] as const;
  const runs = new Map<string, Step[]>();
  const note = (name: string, result: Step) => runs.set(name, [...(runs.get(name) ?? []), result]);
  // Everything in turn in every round, so that a machine whose speed drifts slows all alike.
  for (let round = 0; round < rounds; round++)
    for (const network of networks) {
      const variant = network === 'baseline' ? undefined : network;
      for (const engine of engines)
        note(`${network}|${engine}`, await time(engine, variant ? ['B1', 'B2', 'B3'] : [], variant));
      if (python && variant)
        for (const threads of [1, 2])
          note(
            `${network}|PyTorch CPU, ${threads} thread${threads > 1 ? 's' : ''}`,
            runPeer(python, 'tg.py', variant, size, width, filters, heads, batch, threads, steps),
          );
    }
  const figure = (name: string) => Math.min(...runs.get(name)!.map(({ step }) => step));
  const rows = [...runs].map(([name, results]) => {
    const [network, engine] = name.split('|') as [string, string];
    const ratio = figure(name) / figure(`${network}|wasm`);
    return [
      network,
      engine,
      results[0]!.weights.toLocaleString('en'),
      significant(figure(name)),
      significant(ratio),
    ];
  });
  report.table(['network', 'engine', 'trained weights', 'step, ms', 'times wasm’s'], rows);
};

export default suite;
