import { useBackend } from '@diff/backend';
import { dlCat } from '@diff/networks/diagnosis';
import { freeze } from '@diff/train';

/** What a thread of `df-gt-run.mjs` fuses with: the network of `peers/df_gt.py`, and ExpG as released. */
export default async function options({ engine, threads, size, width, iterations }) {
  await useBackend({ prefer: engine, threads });
  const model = dlCat({ depth: 18, width, stem: 'cifar', size: [size, size] });
  return { network: freeze(model), objective: 'logit', iterations, id: 'benchmark' };
}
