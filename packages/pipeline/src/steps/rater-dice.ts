import { softDice } from '@diff/metrics';
import { predictorOf } from '@diff/networks/multi-rater';
import { loadModel } from '@diff/train/node';
import { learnsRaters } from '../config/arms.js';
import { armName } from '../config/schema.js';
import type { CaseResult } from '../folder/results.js';
import type { Context } from './context.js';
import type { UsableCase } from './load-data.js';
import { opinionsOf } from './opinions.js';

type RaterDice = NonNullable<CaseResult['raterDice']>;

/** `raterDice` of each case, by arms whose networks say a map for each rater; empty where there are none. */
export async function raterDice(
  cases: readonly UsableCase[],
  arms: readonly string[],
  { config, folder, structures, raters }: Context,
): Promise<RaterDice[]> {
  const found = cases.map((): RaterDice => ({}));
  for (const { network, label } of config.segmentation.arms) {
    const arm = armName({ network, label });
    if (!learnsRaters(network) || !arms.includes(arm)) continue;
    const { model } = await loadModel(folder.model(arm));
    if (predictorOf(model).predictRaters)
      for (const [i, one] of cases.entries()) found[i]![arm] = diceOfRaters(model, one, structures, raters);
    model.dispose();
  }
  return found;
}

function diceOfRaters(
  model: Parameters<typeof opinionsOf>[0],
  one: UsableCase,
  structures: readonly string[],
  raters: readonly string[],
): RaterDice[string] {
  const opinions = opinionsOf(model, one, raters);
  return Object.fromEntries(
    structures.map((structure, s) => [
      structure,
      Object.fromEntries(
        opinions.flatMap(({ name, maps }) => {
          const mask = one.annotations[structure]![name];
          return mask ? [[name, softDice(maps[s]!, mask)]] : [];
        }),
      ),
    ]),
  );
}
