import { type DiagnosisNetworkName, diagnosisNetworks, networkNamed } from '@diff/networks/diagnosis';
import { adam, cosine, randomFusion, toExamples, train } from '@diff/train';
import { saveModel } from '@diff/train/node';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { UsableCase } from './load-data.js';

export interface FusionJudgeSettings {
  /** The diagnosis network. */
  judge: DiagnosisNetworkName;
  /** Channels of its ResNet after the stem. Default: 8. */
  width?: number;
  structures: readonly string[];
  raters: readonly string[];
  /** Training steps, of 16 cases each. */
  steps: number;
  seed: number;
  signal?: AbortSignal;
  onStep?: (step: number) => void;
}

/** Whole passes through the cases that come nearest to so many steps of 16 cases. */
const passesOf = (steps: number, cases: number) => ({
  epochs: Math.max(1, Math.round((16 * steps) / cases)),
  batchSize: Math.min(16, cases),
});

/** How many steps a training of `steps` takes on so many cases. */
export function stepsOnFusions(steps: number, cases: number): number {
  const { epochs, batchSize } = passesOf(steps, cases);
  return epochs * Math.floor(cases / batchSize);
}

/** Trains a diagnosis network that reads any fusion of the raters, because each step draws another, and keeps it in a file. */
export async function trainOnFusions(
  cases: readonly UsableCase[],
  { judge, width = 8, structures, raters, steps, seed, signal, onStep }: FusionJudgeSettings,
  path: string,
): Promise<tfl.LayersModel> {
  const { height, width: across, channels } = cases[0]!.image;
  const { make, task } = networkNamed(diagnosisNetworks, judge);
  const model = make({
    width,
    imageChannels: channels,
    structures: structures.length,
    size: [height, across],
    seed,
  });
  try {
    await train(model, await toExamples(cases, { structures, raters }), {
      task: task(),
      labels: randomFusion(),
      ...passesOf(steps, cases.length),
      optimizer: adam({ learningRate: 3e-3 }),
      schedule: cosine({ warmup: 0.1 }),
      balanced: true,
      augmentation: { flip: 'horizontal', shift: 0.05, rotate: 10 },
      seed,
      signal,
      onStep: ({ step }) => onStep?.(step),
    });
    await saveModel(model, path, { structures: [...structures], classes: ['0', '1'] });
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  }
}
