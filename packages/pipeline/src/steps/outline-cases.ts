import { pairwiseDice } from '@diff/metrics';
import { sealJson } from '@diff/train';
import { writeAtomically } from '@diff/train/node';
// sharp: WebP, a third of a PNG.
import sharp from 'sharp';
import type { OutlinedCase } from '../folder/results.js';
import type { Context } from './context.js';
import { choose } from './draw-gallery.js';
import type { UsableCase } from './load-data.js';
import { outlinePath } from './outline-path.js';
import { masksOf } from './score-round.js';

/** Writes `OutlinedCase`s of test cases, as many ill as healthy. */
export async function outlineCases(
  { outlines, test, arms }: { outlines: string; test: readonly string[]; arms: readonly string[] },
  context: Context,
): Promise<void> {
  const { config, structures } = context;
  const all: OutlinedCase[] = [];
  for (const one of choose(context.cases(test), config.report.browse))
    all.push(await outlinedCase(one, await masksOf(one, arms, context), structures));
  await writeAtomically(context.staged(outlines), await sealJson({ format: 1, cases: all }));
}

/** A case with its raters' masks and others, one per structure, as outlines. */
export async function outlinedCase(
  { id, image, annotations }: Pick<UsableCase, 'id' | 'image' | 'annotations'>,
  masks: Readonly<Record<string, readonly ArrayLike<number>[]>>,
  structures: readonly string[],
): Promise<OutlinedCase> {
  const { height, width, channels } = image;
  const pixels = Uint8Array.from(image.data, (level) => Math.round(255 * Math.min(1, Math.max(0, level))));
  const webp = await sharp(pixels, { raw: { width, height, channels: channels as 1 | 3 } })
    .webp({ quality: 90 })
    .toBuffer();
  const path = (map: ArrayLike<number>) => outlinePath(map, { height, width });
  const ofStructures = <T>(of: (structure: string, s: number) => Record<string, T>) =>
    Object.fromEntries(structures.map((structure, s) => [structure, of(structure, s)]));
  const mapped = (maps: readonly (readonly [string, ArrayLike<number>])[]) =>
    Object.fromEntries(maps.map(([name, map]) => [name, path(map)]));
  const pairs = structures.flatMap((structure) => {
    const drawn = Object.values(annotations[structure] ?? {});
    return drawn.length ? pairwiseDice(drawn).flatMap((row, i) => row.slice(i + 1)) : [];
  });
  return {
    id,
    height,
    width,
    image: webp.toString('base64'),
    raters: ofStructures((structure) => mapped(Object.entries(annotations[structure] ?? {}))),
    masks: ofStructures((_, s) =>
      mapped(Object.entries(masks).map(([name, each]) => [name, each[s]!] as const)),
    ),
    ...(pairs.length && { disagreement: 1 - pairs.reduce((sum, one) => sum + one, 0) / pairs.length }),
  };
}
