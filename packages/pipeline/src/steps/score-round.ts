import { expertnessByRegion } from '@diff/fusion/df-gt';
import { hausdorff95, softDice } from '@diff/metrics';
import { predict } from '@diff/train';
import { loadModel } from '@diff/train/node';
import { labelsOf } from '../config/fusions.js';
import { readMap } from '../folder/read-map.js';
import type { CaseResult, RoundResult } from '../folder/results.js';
import type { Context } from './context.js';
import { examplesOf, fusedCase, labelOf } from './labels.js';
import type { UsableCase } from './load-data.js';
import { raterDice } from './rater-dice.js';

export interface Scoring {
  train: readonly string[];
  test: readonly string[];
  judges: readonly string[];
  /** By name. */
  arms: readonly string[];
}

/** Compares every mask of the test cases with every reference, and asks every judge about it. */
export async function scoreRound(
  { train, test, judges, arms }: Scoring,
  context: Context,
): Promise<Pick<RoundResult, 'worth' | 'cases' | 'empty'>> {
  const cases = context.cases(test);
  const masks = await Promise.all(cases.map((one) => masksOf(one, arms, context)));
  const logits: Record<string, Record<string, number>>[] = cases.map(() => ({}));
  for (const judge of judges) {
    const { model } = await loadModel(context.folder.model(judge));
    for (const name of Object.keys(masks[0]!)) {
      const said = await predict(
        model,
        examplesOf(cases, (_, i) => masks[i]![name]!),
      );
      for (const [i, [logit]] of said.entries()) {
        logits[i]![judge] ??= {};
        logits[i]![judge]![name] = logit!;
      }
    }
    model.dispose();
  }
  const ofRaters = await raterDice(cases, arms, context);
  const scored = cases.map((one, i): CaseResult => {
    context.progress(i);
    const { id, patient, diagnosis } = one;
    const [mine, references] = [masks[i]!, referencesOf(one, masks[i]!, context)];
    const predicted = Object.fromEntries(arms.map((arm) => [arm, mine[arm]!]));
    const { height, width } = one.image;
    return {
      id,
      patient,
      diagnosis,
      softDice: compared(mine, references, context.structures, softDice),
      hd95: compared(predicted, references, context.structures, (mask, reference) =>
        hd95(mask, reference, [height, width]),
      ),
      ...(Object.keys(ofRaters[i]!).length ? { raterDice: ofRaters[i]! } : {}),
      logits: logits[i]!,
    };
  });
  return {
    worth: expertnessByRegion(pairs(train, context)),
    cases: scored,
    empty: emptyOf(masks, arms, context.structures),
  };
}

/** In how many cases the prediction of an arm reaches 0.5 nowhere, by structure. */
function emptyOf(
  masks: readonly Record<string, Float32Array[]>[],
  arms: readonly string[],
  structures: readonly string[],
): RoundResult['empty'] {
  const count = (arm: string, s: number) =>
    masks.filter((one) => one[arm]![s]!.every((value) => value < 0.5)).length;
  return Object.fromEntries(
    arms.map((arm) => [arm, Object.fromEntries(structures.map((name, s) => [name, count(arm, s)]))]),
  );
}

/** Every arm's prediction and every label of a case, one mask per structure. */
export async function masksOf(
  one: UsableCase,
  arms: readonly string[],
  { config, folder, structures }: Context,
): Promise<Record<string, Float32Array[]>> {
  const masks: Record<string, Float32Array[]> = {};
  for (const arm of arms)
    masks[arm] = await Promise.all(
      structures.map(async (structure) => (await readMap(folder.prediction(arm, structure, one.id))).values),
    );
  for (const label of labelsOf(config)) masks[label] = await labelOf(label, one, structures, folder);
  return masks;
}

/** `references[structure][name]`: what masks of a case are compared with, every rater and every label. */
function referencesOf(
  { annotations }: UsableCase,
  masks: Record<string, Float32Array[]>,
  { config, structures }: Context,
): Record<string, Record<string, ArrayLike<number>>> {
  return Object.fromEntries(
    structures.map((structure, s) => {
      const labels = labelsOf(config).map((label) => [label, masks[label]![s]!]);
      return [structure, { ...annotations[structure]!, ...Object.fromEntries(labels) }];
    }),
  );
}

/**
 * `[mask][structure][reference]`: a measure of every mask and reference, where it has a value. Masks are in the order of the
 * structures, which that of an object's keys is not where they are called `1` or `2`.
 */
export function compared(
  masks: Record<string, Float32Array[]>,
  references: Record<string, Record<string, ArrayLike<number>>>,
  structures: readonly string[],
  measure: (mask: Float32Array, reference: ArrayLike<number>) => number,
): CaseResult['softDice'] {
  const against = (mask: Float32Array, names: Record<string, ArrayLike<number>>) =>
    Object.entries(names)
      .map(([name, reference]) => [name, measure(mask, reference)] as const)
      .filter(([, value]) => Number.isFinite(value));
  return Object.fromEntries(
    Object.entries(masks).map(([name, each]) => [
      name,
      Object.fromEntries(
        structures.map((structure, s) => [
          structure,
          Object.fromEntries(against(each[s]!, references[structure]!)),
        ]),
      ),
    ]),
  );
}

/** Infinite where a mask is empty, and no distance is known. */
const hd95 = (mask: ArrayLike<number>, reference: ArrayLike<number>, shape: [number, number]) =>
  hausdorff95(mask, reference, { shape, bothEmpty: Infinity, oneEmpty: Infinity });

/** One at a time: the maps of all cases together may be large. */
function* pairs(ids: readonly string[], { cases, folder }: Context) {
  for (const id of ids) yield { case: cases([id])[0]!, result: fusedCase(folder, id) };
}
