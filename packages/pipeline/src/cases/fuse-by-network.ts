import { join } from 'node:path';
import type { Case, Dataset } from '@diff/datasets';
import { predictorOf } from '@diff/networks/multi-rater';
import { writeAtomically } from '@diff/train/node';
import { labelOfMethod } from '../config/fusions.js';
import { csvOf } from '../folder/csv.js';
import type { RaterSkill } from '../folder/results.js';
import { ratersOf, skillsOf } from '../steps/fusion-network.js';
import { UserError } from '../user-error.js';
import type { CaseByCase } from './case-by-case.js';
import { annotationsOf, type FusedCase } from './fuse-cases.js';
import { learnFusion, type NetworkFusion } from './learn-fusion.js';
import { shrunk } from './shrunk.js';

/** What was learned of the raters, in a folder of results. */
const SKILLS = 'raters.csv';

/**
 * Learns from all cases how to fuse them, if that was not done before, and fuses what is still to do. The network sees images
 * at its own size; what it says is brought to the masks' own, where they are fused.
 */
export async function* fuseByNetwork(
  { todo, note }: Pick<CaseByCase, 'todo' | 'note'>,
  fusion: NetworkFusion,
): AsyncGenerator<FusedCase> {
  const { out, method, dataset, size, signal } = fusion;
  if (todo.length === 0) return;
  const { structures, raters } = dataset;
  const fit = (one: Case) => unfit(one, method);
  const model = await learnFusion(fusion, labelOfMethod(method), async function* () {
    for await (const one of dataset.cases({ signal }))
      if (!fit(one)) yield ratersOf(shrunk(one, square(size), structures), dataset);
  });
  try {
    const { fuse } = predictorOf(model);
    let told = false;
    for await (const original of todo.cases({ signal })) {
      const reason = fit(original);
      if (reason) {
        note({ path: original.id, reason, id: original.id, outcome: 'skipped' });
        continue;
      }
      const example = ratersOf(original, dataset);
      const { image } = shrunk(original, square(size), []);
      const found = await fuse!(example, { image });
      if (!told) await writeSkills(join(out, SKILLS), skillsOf(found, dataset));
      told = true;
      yield {
        original,
        structures: Object.fromEntries(
          Object.entries(annotationsOf(original, dataset)).map(([structure, masks]) => {
            const s = structures.indexOf(structure);
            const measures = Object.keys(masks).map((rater) => [
              `expertness ${rater}`,
              found.expertness[s]![raters.indexOf(rater)]!,
            ]);
            return [structure, { values: found.fused[s]!, measures: Object.fromEntries(measures) }];
          }),
        ),
      };
    }
  } finally {
    model.dispose();
  }
}

const square = (side: number) => ({ width: side, height: side });

function unfit({ image, annotations }: Case, method: string): string | undefined {
  if (image.channels === 0) return `no image, which ${method} looks at`;
  if (Object.values(annotations).every((masks) => Object.keys(masks).length === 0))
    return 'nobody outlined anything';
  return undefined;
}

const writeSkills = (path: string, skills: readonly RaterSkill[]) =>
  writeAtomically(
    path,
    new TextEncoder().encode(
      csvOf(
        skills.map((skill) => ({ ...skill })),
        ['structure', 'rater', 'sensitivity', 'specificity', 'expertness'],
      ),
    ),
  );

/** @throws UserError where there are not two raters to compare. */
export function checkPanel({ raters }: Dataset, method: string): void {
  if (raters.length < 2)
    throw new UserError(
      `${method} compares raters, and the data have ${raters.length ? `one, ${raters[0]}` : 'none'}`,
    );
}
