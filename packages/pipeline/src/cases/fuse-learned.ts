import type { LearnedExpertness } from '@diff/fusion/df-gt';
import type { CaseByCase } from './case-by-case.js';
import { annotationsOf, type FusedCase } from './fuse-cases.js';

/** Fuses what is still to do by expertness that was learned from other cases. No diagnosis is looked at. */
export async function* fuseLearned(
  { todo, note }: Pick<CaseByCase, 'todo' | 'note'>,
  learned: LearnedExpertness,
  signal: AbortSignal,
): AsyncGenerator<FusedCase> {
  for await (const original of todo.cases({ signal })) {
    const reason = unfit(original, learned);
    if (reason) {
      note({ path: original.id, reason, id: original.id, outcome: 'skipped' });
      continue;
    }
    const { fused, expertness } = await learned.apply(original);
    const annotations = annotationsOf(original, { raters: todo.raters, structures: learned.structures });
    const structures = Object.fromEntries(
      Object.entries(annotations).map(([structure, masks]) => {
        const weights = Object.keys(masks).map((rater) => [
          `weight ${rater}`,
          mean(expertness[structure]![rater]!),
        ]);
        return [structure, { values: fused[structure]!, measures: Object.fromEntries(weights) }];
      }),
    );
    yield { original, structures };
  }
}

function unfit(
  { image, annotations }: FusedCase['original'],
  learned: LearnedExpertness,
): string | undefined {
  if (learned.imageChannels && image.channels === 0) return 'no image, which this expertness looks at';
  const absent = learned.structures.find((name) => Object.keys(annotations[name] ?? {}).length === 0);
  return absent && `nobody outlined the ${absent}, for which expertness was learned`;
}

const mean = (map: Float32Array) => map.reduce((sum, weight) => sum + weight, 0) / map.length;
