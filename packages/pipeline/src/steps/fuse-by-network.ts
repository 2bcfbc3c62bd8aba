import { readFile } from 'node:fs/promises';
import { predictorOf } from '@diff/networks/multi-rater';
import { seal, unseal, type Weights } from '@diff/train';
import { loadModel, writeAtomically } from '@diff/train/node';
import type { NetworkLabel } from '../config/fusions.js';
import type { RaterSkill } from '../folder/results.js';
import type { RoundFolder } from '../folder/run-folder.js';
import type { Context } from './context.js';
import { ratersOf, skillsOf } from './fusion-network.js';

/** Fuses cases by a trained network, and stores each. @returns What the network learned of the raters. */
export async function fuseByNetwork(
  { label, ids }: { label: NetworkLabel; ids: readonly string[] },
  context: Context,
): Promise<RaterSkill[]> {
  const { folder, structures, staged, progress } = context;
  const { model } = await loadModel(folder.model(label));
  try {
    const { fuse } = predictorOf(model);
    let skills: RaterSkill[] = [];
    for (const [i, one] of context.cases(ids).entries()) {
      const fusion = await fuse!(ratersOf(one, context));
      const { height, width } = one.image;
      const tensors = structures.map(
        (name, s) => [name, { shape: [height, width], data: fusion.fused[s]! }] as [string, Weights],
      );
      await writeAtomically(
        staged(folder.fusion(label, one.id)),
        await seal({ tensors: new Map(tensors), metadata: {} }),
      );
      skills = skillsOf(fusion, context);
      progress(i + 1);
    }
    return skills;
  } finally {
    model.dispose();
  }
}

/** What `fuseByNetwork` left of a case, one mask per structure. */
export async function fusedByNetwork(
  folder: RoundFolder,
  label: NetworkLabel,
  id: string,
): Promise<Map<string, Float32Array>> {
  const path = folder.fusion(label, id);
  const { tensors } = await unseal(await readFile(path), path);
  return new Map([...tensors].map(([name, { data }]) => [name, data as Float32Array]));
}
