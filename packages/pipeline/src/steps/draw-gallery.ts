import { type AttentionHealth, attentionHealth, attentionMaps } from '@diff/tg-model';
import { seal, type Weights } from '@diff/train';
import { loadModel, writeAtomically } from '@diff/train/node';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { learnsRaters } from '../config/arms.js';
import { labelsOf } from '../config/fusions.js';
import { armName } from '../config/schema.js';
import { readMap } from '../folder/read-map.js';
import type { GalleryCase } from '../folder/results.js';
import type { Context } from './context.js';
import { fusedCase, labelOf } from './labels.js';
import type { UsableCase } from './load-data.js';
import { opinionsOf } from './opinions.js';

export interface Gallery {
  path: string;
  test: readonly string[];
  arms: readonly string[];
  /** The arm whose attention is drawn, where there is one. */
  attentive?: string;
}

/** Writes `GalleryCase`s for a few test cases, as many ill as healthy. */
export async function drawGallery({ path, test, arms, attentive }: Gallery, context: Context): Promise<void> {
  const { folder, structures, input } = context;
  const model = attentive && (await loadModel(folder.model(attentive))).model;
  const tensors = new Map<string, Weights>();
  const health: Record<string, AttentionHealth>[] = [];
  const chosen = choose(context.cases(test), context.config.report.cases);
  for (const [k, one] of chosen.entries()) {
    const { height, width, channels } = one.image;
    const add = (name: string, values: ArrayLike<number>, shape = [height, width]) =>
      tensors.set(`${k}/${name}`, { shape, data: Float32Array.from(values) });
    add('image', one.image.data, [height, width, channels]);
    for (const [s, structure] of structures.entries()) {
      for (const [rater, mask] of Object.entries(one.annotations[structure]!))
        add(`rater/${structure}/${rater}`, mask);
      for (const label of labelsOf(context.config))
        add(`label/${structure}/${label}`, (await labelOf(label, one, structures, folder))[s]!);
      for (const arm of arms)
        add(
          `prediction/${structure}/${arm}`,
          (await readMap(folder.prediction(arm, structure, one.id))).values,
        );
    }
    for (const [rater, map] of Object.entries(fusedCase(folder, one.id).expertness))
      add(`expertness/${rater}`, map);
    if (model) {
      const input = tf.tensor4d(one.image.data, [1, height, width, channels]);
      for (const { layer, shape, data } of attentionOf(model, input)) add(`attention/${layer}`, data, shape);
      health.push(attentionHealth(model, input));
      input.dispose();
    }
  }
  if (model) model.dispose();
  await addOpinions(tensors, chosen, arms, context);
  const cases = chosen.map(({ id, diagnosis }, k): GalleryCase => {
    const { height, width, channels } = input;
    return { id, diagnosis, height, width, channels, ...(health[k] && { attentionHealth: health[k] }) };
  });
  await writeAtomically(
    context.staged(path),
    await seal({ tensors, metadata: { cases: JSON.stringify(cases) } }),
  );
}

/** What networks that learned every rater's masks say of each rater, or draw. */
async function addOpinions(
  tensors: Map<string, Weights>,
  chosen: readonly UsableCase[],
  arms: readonly string[],
  { config, folder, structures, raters }: Context,
): Promise<void> {
  for (const { network, label } of config.segmentation.arms) {
    const arm = armName({ network, label });
    if (!learnsRaters(network) || !arms.includes(arm)) continue;
    const { model } = await loadModel(folder.model(arm));
    for (const [k, one] of chosen.entries())
      for (const { name, maps } of opinionsOf(model, one, raters))
        for (const [s, structure] of structures.entries())
          tensors.set(`${k}/opinion/${structure}/${arm}/${name}`, {
            shape: [one.image.height, one.image.width],
            data: maps[s]!,
          });
    model.dispose();
  }
}

/** The first of either diagnosis, in turn. */
export function choose(cases: readonly UsableCase[], count: number): UsableCase[] {
  const classes = [1, 0].map((wanted) => cases.filter(({ diagnosis }) => diagnosis === wanted));
  const turns = Array.from({ length: cases.length }, (_, i) => classes.flatMap((some) => some[i] ?? []));
  return turns.flat().slice(0, count);
}

/** How much each token of the key is looked at: the mean over heads and tokens of the query. */
function attentionOf(model: tfl.LayersModel, input: tf.Tensor4D) {
  const maps = attentionMaps(model, input);
  return Object.entries(maps).map(([layer, { affinities, keyGrid }]) => {
    const data = tf.tidy(() => tf.mean(affinities, [0, 1, 2]).dataSync());
    affinities.dispose();
    return { layer, shape: [...keyGrid], data };
  });
}
