import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { majorityVote, staple } from '@diff/fusion';
import { dice, pairwiseDice } from '@diff/metrics';
import { hard, readMask } from './masks.js';

export interface Lidc {
  /** Mean Dice of the six pairs of readers, one a slice. */
  slices: number[];
  /** The same, of all slices of a nodule taken together. */
  nodules: number[];
  /** Dice of each reader with what the other three fuse to, nodule by nodule. */
  others: Map<string, number[]>;
}

const READERS = [0, 1, 2, 3];

/** How far the four readers of each nodule agree. */
export async function lidc(root: string, limit = Number.POSITIVE_INFINITY): Promise<Lidc> {
  const folder = join(root, 'lidc');
  const patients = (await readdir(folder))
    .filter((name) => name.startsWith('LIDC-IDRI-'))
    .sort()
    .slice(0, limit);
  const result: Lidc = {
    slices: [],
    nodules: [],
    others: new Map([
      ['majority vote', []],
      ['STAPLE', []],
    ]),
  };
  for (const patient of patients)
    for (const nodule of (await readdir(join(folder, patient))).sort()) {
      const home = join(folder, patient, nodule);
      const names = await readdir(join(home, 'images'));
      const slices = await Promise.all(
        names.map((name) =>
          Promise.all(READERS.map((r) => readMask(join(home, `mask-${r}`, name), 'bright'))),
        ),
      );
      const volumes = READERS.map((r) => new Uint8Array(Buffer.concat(slices.map((masks) => masks[r]!))));
      result.slices.push(...slices.map(mutualDice));
      result.nodules.push(mutualDice(volumes));
      for (const r of READERS) {
        const rest = volumes.filter((_, other) => other !== r);
        result.others.get('majority vote')!.push(dice(volumes[r]!, majorityVote(rest)));
        result.others.get('STAPLE')!.push(dice(volumes[r]!, hard(staple(rest).probability)));
      }
    }
  return result;
}

function mutualDice(masks: Uint8Array[]): number {
  const pairs = pairwiseDice(masks).flatMap((row, i) => row.slice(i + 1));
  return pairs.reduce((sum, value) => sum + value, 0) / pairs.length;
}
