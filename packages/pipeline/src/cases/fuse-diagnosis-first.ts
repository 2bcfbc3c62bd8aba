import type { Case, Dataset, Mask } from '@diff/datasets';
import { fuse } from '@diff/fusion';
import {
  type DiagnosisFirstOptions,
  type DiagnosisFirstResult,
  diagnosisFirstAll,
  expertnessAt,
  expG,
} from '@diff/fusion/df-gt';
import { freeze } from '@diff/train';
import { UserError } from '../user-error.js';
import type { CaseByCase } from './case-by-case.js';
import { annotationsOf, type FusedCase } from './fuse-cases.js';
import type { NetworkFile } from './models.js';
import { shrunk } from './shrunk.js';

export interface DiagnosisFirstSettings extends Pick<DiagnosisFirstOptions, 'objective' | 'iterations'> {
  /** Cases fitted side by side. */
  batchSize: number;
  signal: AbortSignal;
  onStep?: (step: number, iterations: number) => void;
}

/** Refuses a dataset that the network cannot judge. */
export function checkJudge(dataset: Dataset, { path, structures }: NetworkFile): void {
  const absent = structures.find((name) => !dataset.structures.includes(name));
  if (absent)
    throw new UserError(
      `${path} judges the ${absent}, the data have ${dataset.structures.join(', ') || 'no masks'}`,
    );
  if (!dataset.entries.some(({ diagnosis }) => diagnosis !== undefined))
    throw new UserError('df-gt needs diagnoses, and no case has one: --labels says where they are');
}

/**
 * DF-GT, case by case. The expertness maps are fitted at the network's size and drawn again at the image's own, where the
 * original masks are fused by them.
 */
export async function* fuseDiagnosisFirst(
  { todo, note }: Pick<CaseByCase, 'todo' | 'note'>,
  network: NetworkFile,
  { objective, iterations, batchSize, signal, onStep }: DiagnosisFirstSettings,
): AsyncGenerator<FusedCase & { logit: number }> {
  const judge = freeze(network.model);
  const expertness = expG();
  const source = {
    raters: [...todo.raters],
    structures: [...network.structures],
    async *cases() {
      for await (const original of todo.cases({ signal })) {
        const reason = unfit(original, network);
        if (reason) note({ path: original.id, reason, id: original.id, outcome: 'skipped' });
        else yield { ...shrunk(original, network.size, network.structures), original };
      }
    },
  };
  try {
    const pairs = diagnosisFirstAll(source, {
      network: judge,
      expertness,
      batchSize,
      signal,
      ...(objective && { objective }),
      ...(iterations !== undefined && { iterations }),
      onProgress: ({ step, iterations }) => onStep?.(step, iterations),
    });
    for await (const { case: one, result } of pairs) {
      const { original } = one;
      const maps = await mapsOf(result, original, network);
      const structures = Object.fromEntries(
        Object.entries(annotationsOf(original, { raters: todo.raters, structures: network.structures })).map(
          ([structure, masks]) => [structure, fusedBy(masks, maps)],
        ),
      );
      yield { original, structures, logit: result.logits[0]! };
    }
  } finally {
    judge.dispose();
  }

  function mapsOf(result: DiagnosisFirstResult, { image }: Case, { size }: NetworkFile) {
    if (image.width === size.width && image.height === size.height) return result.expertness;
    return expertnessAt(expertness, result, image);
  }
}

function unfit({ image, annotations, diagnosis }: Case, { structures }: NetworkFile): string | undefined {
  if (image.channels === 0) return 'no image, which df-gt needs';
  if (diagnosis === undefined) return 'no diagnosis, which df-gt needs';
  const absent = structures.find((name) => Object.keys(annotations[name] ?? {}).length === 0);
  return absent && `nobody outlined the ${absent}, which the network judges`;
}

function fusedBy(masks: Record<string, Mask>, maps: Record<string, Float32Array>) {
  const raters = Object.keys(maps);
  const values = fuse(
    raters.map((rater) => masks[rater] ?? null),
    raters.map((rater) => maps[rater]!),
  );
  const mean = (map: Float32Array) => map.reduce((sum, weight) => sum + weight, 0) / map.length;
  return {
    values: Float32Array.from(values),
    measures: Object.fromEntries(Object.keys(masks).map((rater) => [`weight ${rater}`, mean(maps[rater]!)])),
  };
}
