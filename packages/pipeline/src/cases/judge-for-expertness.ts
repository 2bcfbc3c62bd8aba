import { createHash } from 'node:crypto';
import { join } from 'node:path';
import {
  type Biomarker,
  biomarkerJudge,
  type DiagnosisNetwork,
  softArea,
  softRatio,
  softVerticalDiameter,
} from '@diff/fusion/df-gt';
import { type DiagnosisNetworkName, diagnosisNetworks, seesMask } from '@diff/networks/diagnosis';
import { freeze } from '@diff/train';
import { loadModel } from '@diff/train/node';
import type { UsableCase } from '../steps/load-data.js';
import { trainOnFusions } from '../steps/train-on-fusions.js';
import { UserError } from '../user-error.js';

/** What a judge that sees no picture reads of the fused masks. */
const biomarkers: Record<string, (structures: readonly string[]) => Biomarker[]> = {
  area: (structures) => structures.map((_, s) => softArea(s)),
  diameter: (structures) => structures.map((_, s) => softVerticalDiameter(s)),
  ratio: () => [softRatio(softVerticalDiameter(0), softVerticalDiameter(1))],
};

export type JudgeName = DiagnosisNetworkName | 'area' | 'diameter' | 'ratio';
export const readsMasksAlone = (name: JudgeName): boolean => Object.hasOwn(biomarkers, name);
export const judgeNames = [
  ...diagnosisNetworks.filter(({ name }) => seesMask(name)).map(({ name }) => name),
  ...(Object.keys(biomarkers) as JudgeName[]),
];

/** The judge that was asked for, or one that can see what there is. @throws UserError where it cannot. */
export function chooseJudge(
  cases: readonly UsableCase[],
  structures: readonly string[],
  judge: JudgeName | undefined,
): JudgeName {
  const pictures = cases[0]!.image.channels > 0;
  const chosen = judge ?? (pictures ? 'dlCat' : 'area');
  if (!pictures && !readsMasksAlone(chosen))
    throw new UserError(`${chosen} looks at images, and there are none: --images says where they are`);
  if (chosen === 'ratio' && structures.length !== 2)
    throw new UserError(
      `ratio is of two structures, the smaller first; the data have ${structures.join(', ')}: --structures cup disc names them`,
    );
  return chosen;
}

export interface JudgeSettings {
  judge: JudgeName;
  structures: readonly string[];
  raters: readonly string[];
  /** Training steps of a network; 16 cases each. */
  steps: number;
  seed: number;
  signal: AbortSignal;
  /** Gets a sentence where a judge that was kept is damaged: it is trained again. */
  onDamage(sentence: string): void;
}

/**
 * A judge trained on random fusions of these cases: a network, which is kept in `folder`, so that it need not be trained
 * again, or a regression on what masks measure.
 */
export async function judgeFor(
  cases: UsableCase[],
  { judge, structures, raters, steps, seed, signal, onDamage }: JudgeSettings,
  { folder, key, fold }: { folder: string; key: string; fold: number },
): Promise<{ network: DiagnosisNetwork; dispose?: () => void }> {
  if (readsMasksAlone(judge))
    return biomarkerJudge(cases, biomarkers[judge]!(structures), { structures, raters, seed });
  const name = createHash('sha256').update(JSON.stringify({ key, fold })).digest('hex');
  const path = join(folder, `${name.slice(0, 16)}.safetensors`);
  const kept = await loadModel(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === undefined) onDamage(error.message);
    else if (error.code !== 'ENOENT') throw error;
    return undefined;
  });
  const model =
    kept?.model ??
    (await trainOnFusions(
      cases,
      // The judges that read masks alone were dealt with above.
      {
        ...{ judge: judge as DiagnosisNetworkName, structures, raters, steps, signal },
        seed: 10 * seed + fold,
      },
      path,
    ));
  try {
    const network = freeze(model);
    return { network, dispose: network.dispose };
  } finally {
    model.dispose();
  }
}
