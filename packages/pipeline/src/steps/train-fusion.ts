import { type EpochRecord, startAtPrior } from '@diff/train';
import type { NetworkLabel } from '../config/fusions.js';
import type { Context } from './context.js';
import { makeFusionNetwork, ratersOf } from './fusion-network.js';
import { raterOptions } from './networks.js';
import { trainNetwork } from './train-network.js';

/**
 * Trains the network behind a label on the images and raters' masks of the training cases, no diagnosis being looked at. Its
 * encoder and training are those of the segmentation networks.
 */
export async function trainFusion(
  { label, train }: { label: NetworkLabel; train: readonly string[] },
  context: Context,
): Promise<EpochRecord[]> {
  const { config, input, raters, seed } = context;
  const { model, task } = makeFusionNetwork(label, raterOptions(config, input, raters.length, seed));
  try {
    const examples = context.cases(train).map((one) => ratersOf(one, context));
    startAtPrior(model, examples);
    const { width, depth } = config.segmentation;
    return await trainNetwork(
      model,
      {
        name: label,
        examples,
        validation: [],
        settings: config.segmentation,
        options: { task },
        meta: { network: label, options: { width, depth } },
      },
      context,
    );
  } finally {
    model.dispose();
  }
}
