import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { dawidSkene, majorityVote, simple, staple } from '@diff/fusion';
import { dice } from '@diff/metrics';
import { hard, readMask } from './masks.js';

export interface BuBil {
  /** Dice with the gold standard, one per image. */
  experts: Map<string, number[]>;
  fusions: Map<string, number[]>;
}

/** Ten expert annotations (five people, two tools) of 35 images, fused, against the gold standard. */
export async function buBil(root: string, limit = Number.POSITIVE_INFINITY): Promise<BuBil> {
  const dataset = join(root, 'bu-bil/BU-BIL_Dataset6');
  const people = (await readdir(join(dataset, 'ExpertAnnotations'))).sort();
  const golds = (await readdir(join(dataset, 'GoldStandard'))).sort().slice(0, limit);
  const files = await Promise.all(
    people.map(async (person) => (await readdir(join(dataset, 'ExpertAnnotations', person))).sort()),
  );
  const experts = new Map<string, number[]>();
  const fusions = new Map<string, number[]>();
  const note = (table: Map<string, number[]>, name: string, value: number) =>
    table.set(name, [...(table.get(name) ?? []), value]);

  for (const name of golds) {
    const gold = await readMask(join(dataset, 'GoldStandard', name), 'dark');
    // The same picture may be spelled seg_tpre01 here and Seg_TPre01 there.
    const masks = await Promise.all(
      people.map((person, i) => {
        const file = files[i]!.find((other) => other.toLowerCase() === name.toLowerCase());
        if (!file) throw new Error(`${person} has no ${name}`);
        return readMask(join(dataset, 'ExpertAnnotations', person, file), 'dark');
      }),
    );
    people.forEach((person, i) => {
      note(experts, person, dice(masks[i]!, gold));
    });
    const disputed = gold.map((_, j) => (masks.every((mask) => mask[j] === masks[0]![j]) ? 0 : 1));
    const fused: Record<string, ArrayLike<number>> = {
      'majority vote': majorityVote(masks),
      STAPLE: staple(masks).probability,
      'STAPLE, prior ½': staple(masks, { prior: 0.5 }).probability,
      'STAPLE where raters differ': staple(masks, { region: disputed }).probability,
      'Dawid–Skene': dawidSkene(masks, { classes: 2 }).probability.filter((_, i) => i % 2 === 1),
      SIMPLE: simple(masks).mask,
    };
    for (const [method, result] of Object.entries(fused)) note(fusions, method, dice(hard(result), gold));
  }
  return { experts, fusions };
}
