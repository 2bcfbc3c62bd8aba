import { readFile } from 'node:fs/promises';

interface Coco {
  images: { id: number; file_name: string }[];
  categories: { id: number; name: string }[];
  annotations: { id: number; image_id: number; category_id: number }[];
}

/** COCO files that `encodeCoco` wrote, as one: images by their file, categories by their name, each once. */
export async function joinCoco(paths: readonly string[]): Promise<string> {
  const images = new Map<string, Coco['images'][number]>();
  const categories = new Map<string, Coco['categories'][number]>();
  const annotations: Coco['annotations'] = [];
  for (const path of paths) {
    const one = JSON.parse(await readFile(path, 'utf8')) as Coco;
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
