import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '@diff/train/node';
import { UserError } from '../user-error.js';

interface Coco {
  images: { id: number; file_name: string }[];
  categories: { id: number; name: string }[];
  annotations: { id: number; image_id: number; category_id: number }[];
}

/** Writes `coco.json`, all outlines of all cases together, from those of the files that are there. */
export async function gatherCoco(out: string, paths: readonly string[]): Promise<void> {
  const there = paths.map((path) => join(out, path)).filter((path) => existsSync(path));
  await writeAtomically(join(out, 'coco.json'), new TextEncoder().encode(await joinCoco(there)));
}

/**
 * COCO files that `encodeCoco` wrote, as one: images by their file, categories by their name, each once.
 *
 * @throws UserError where one is damaged.
 */
async function joinCoco(paths: readonly string[]): Promise<string> {
  const images = new Map<string, Coco['images'][number]>();
  const categories = new Map<string, Coco['categories'][number]>();
  const annotations: Coco['annotations'] = [];
  for (const path of paths) {
    const one = await readWritten(path);
    for (const image of one.images)
      if (!images.has(image.file_name)) images.set(image.file_name, { ...image, id: images.size + 1 });
    for (const category of one.categories)
      if (!categories.has(category.name))
        categories.set(category.name, { ...category, id: categories.size + 1 });
    const fileOf = new Map(one.images.map(({ id, file_name }) => [id, file_name]));
    const nameOf = new Map(one.categories.map(({ id, name }) => [id, name]));
    for (const annotation of one.annotations)
      annotations.push({
        ...annotation,
        id: annotations.length + 1,
        image_id: images.get(fileOf.get(annotation.image_id)!)!.id,
        category_id: categories.get(nameOf.get(annotation.category_id)!)!.id,
      });
  }
  return JSON.stringify({ images: [...images.values()], categories: [...categories.values()], annotations });
}

/** A file as `encodeCoco` wrote it: what its annotations name is there. */
async function readWritten(path: string): Promise<Coco> {
  try {
    const one = JSON.parse(await readFile(path, 'utf8')) as Coco;
    const ids = (list: { id: number }[]) => new Set(list.map(({ id }) => id));
    const [images, categories] = [ids(one.images), ids(one.categories)];
    const lost = one.annotations.findIndex(
      ({ image_id, category_id }) => !images.has(image_id) || !categories.has(category_id),
    );
    if (lost >= 0) throw new Error(`annotation ${lost} is of an image or a category that is not in it`);
    if (
      ![...one.images.map(({ file_name }) => file_name), ...one.categories.map(({ name }) => name)].every(
        isText,
      )
    )
      throw new Error('an image or a category without a name');
    return one;
  } catch (cause) {
    throw new UserError(
      `${path} is damaged (${(cause as Error).message}): delete it, and the same command makes it again`,
    );
  }
}

const isText = (value: unknown) => typeof value === 'string';
