import type { EpochRecord, Example } from '@diff/train';
import type { Context } from './context.js';
import { examplesOf } from './labels.js';
import { GUIDE, judgeTask, makeGuide } from './networks.js';
import { type TrainingCases, trainNetwork } from './train-network.js';

/** What a guide by image learns from. */
export interface GuideCases extends TrainingCases {
  /** Cases beside the training cases, which nobody outlined or whose outlines were left out. */
  diagnosed: readonly string[];
}

/** Trains the network that guides T&G by the image alone, on all training cases that are diagnosed, both diagnoses as often. */
export async function trainGuide(
  { train, validation, diagnosed }: GuideCases,
  context: Context,
): Promise<EpochRecord[]> {
  const { config, input, seed } = context;
  const model = makeGuide(config.diagnosis, input, seed);
  const nothing = new Float32Array(input.height * input.width);
  const pictures = (ids: readonly string[]): Example[] =>
    examplesOf(context.cases(ids), () => Array.from({ length: input.structures }, () => nothing));
  try {
    const { width, depth } = config.diagnosis;
    return await trainNetwork(
      model,
      {
        name: GUIDE,
        examples: pictures([...train, ...diagnosed]),
        validation: pictures(validation),
        settings: config.diagnosis,
        options: { task: judgeTask('noMask'), balanced: true },
        meta: { network: 'noMask', options: { width, depth }, classes: ['0', '1'] },
      },
      context,
    );
  } finally {
    model.dispose();
  }
}
