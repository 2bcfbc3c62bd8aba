import type { Dataset } from '@diff/datasets';
import { meanVote } from '@diff/fusion';
import type { Config } from '../config/schema.js';
import { listData } from './load-data.js';

/** What the settings of a run can be proposed from, found without reading all of the data. */
export interface Survey {
  /** The cases that can be used, as far as names and tables show. */
  dataset: Dataset;
  /** Median of the longer side of the images, in pixels; absent where they are drawn. */
  side?: number;
  /**
   * How wide the smallest structure is, as a share of the image's side: the diameter of a disc of its median area. Absent
   * where images are drawn.
   */
  outline?: number;
}

/** Cases that are read, drawn by lot: a median of so many is good enough. */
const SAMPLE = 24;

/** @throws UserError where there is no such folder, rater or structure. */
export async function surveyData({ data, seed }: Pick<Config, 'data' | 'seed'>): Promise<Survey> {
  const shown = { ...data, ...(data.root !== undefined && { size: undefined }) };
  const { wanted: dataset, structures } = await listData(shown, seed);
  if (data.root === undefined) return { dataset };
  const sides: number[] = [];
  const diameters = new Map<string, number[]>(structures.map((name) => [name, []]));
  for await (const { image, annotations } of dataset.shuffle(seed).take(SAMPLE).cases()) {
    sides.push(Math.max(image.height, image.width));
    for (const name of structures) {
      const masks = Object.values(annotations[name] ?? {});
      if (!masks.length) continue;
      const area = meanVote(masks).reduce((sum, value) => sum + value, 0);
      diameters.get(name)!.push(Math.sqrt((4 * area) / Math.PI / (image.height * image.width)));
    }
  }
  const outlines = [...diameters.values()].flatMap((found) => (found.length ? [median(found)] : []));
  return {
    dataset,
    ...(sides.length && { side: median(sides) }),
    ...(outlines.length && { outline: Math.min(...outlines) }),
  };
}

/** The lower one of the two in the middle, where their number is even. */
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[(values.length - 1) >> 1]!;
