import { majorityVoteMultiLabel, stapleMultiLabel } from '@diff/fusion';
import { UserError } from '../user-error.js';
import type { CaseByCase } from './case-by-case.js';
import { annotationsOf, type FusedCase } from './fuse-cases.js';

/** Methods that fuse all labels at once. */
export const labelMapMethods = ['staple', 'majority'] as const;
export type LabelMapMethod = (typeof labelMapMethods)[number];

export const labelMapMeasures: Record<LabelMapMethod, readonly string[]> = {
  staple: ['sensitivity'],
  majority: [],
};

/** Fuses the label maps of what is still to do, all labels at once. What cannot be fused is noted. */
export async function* fuseLabelMaps(
  { todo, note }: Pick<CaseByCase, 'todo' | 'note'>,
  method: LabelMapMethod,
  classes: Readonly<Record<string, number>>,
  signal: AbortSignal,
): AsyncGenerator<FusedCase> {
  const labels = [0, ...Object.values(classes)];
  const undecided = Math.max(...labels) + 1;
  if (undecided > 255 || new Set(labels).size < labels.length)
    throw new UserError('--label-map takes classes whose numbers differ and lie between 1 and 254');
  for await (const original of todo.cases({ signal })) {
    const byStructure = annotationsOf(original, todo);
    const raters = todo.raters.filter((rater) =>
      Object.values(byStructure).some((masks) => masks[rater] !== undefined),
    );
    if (raters.length === 0) {
      note({ path: original.id, reason: 'nobody outlined anything', id: original.id, outcome: 'skipped' });
      yield { original, structures: {} };
      continue;
    }
    const maps = raters.map((rater) => {
      const own = Object.entries(byStructure).map(([name, masks]) => [classes[name]!, masks[rater]] as const);
      const map = new Uint8Array(own.find(([, mask]) => mask)![1]!.length);
      for (const [label, mask] of own)
        for (let i = 0; mask && i < map.length; i++) if (mask[i]) map[i] = label;
      return map;
    });
    const staple = method === 'staple' ? stapleMultiLabel(maps, { labels, undecided }) : undefined;
    const labelMap = Uint8Array.from(staple?.labelMap ?? majorityVoteMultiLabel(maps, { labels, undecided }));
    const tied = labelMap.reduce((count, label) => count + Number(label === undecided), 0);
    if (tied)
      note({
        path: original.id,
        reason: `the labels of ${tied} pixels tie: they have the value ${undecided}`,
        id: original.id,
        outcome: 'kept',
      });
    const structures: FusedCase['structures'] = Object.create(null);
    for (const name of Object.keys(byStructure)) {
      const k = labels.indexOf(classes[name]!);
      structures[name] = {
        values: Float32Array.from(labelMap, (label) => Number(label === classes[name])),
        measures: Object.fromEntries(
          staple
            ? raters.map((rater, i) => [`sensitivity ${rater}`, staple.confusion[i]![k * labels.length + k]!])
            : [],
        ),
      };
    }
    yield { original, structures, labelMap, classes };
  }
}
