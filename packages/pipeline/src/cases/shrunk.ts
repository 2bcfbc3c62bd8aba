import { type Case, type Mask, resize, type Size } from '@diff/datasets';

/** Image and masks of a case at a network's size; a mask's pixel is the share of it that is inside. */
export function shrunk(
  { id, image, annotations, diagnosis }: Case,
  size: Size,
  structures: readonly string[],
): Pick<Case, 'id' | 'image' | 'annotations'> & { diagnosis: Case['diagnosis'] } {
  const { width, height } = image;
  const mask = (data: Mask) =>
    resize({ data: Float32Array.from(data), width, height, channels: 1 }, size).data.map((value) =>
      Math.min(1, value),
    );
  return {
    id,
    image: resize(image, size),
    diagnosis,
    annotations: Object.fromEntries(
      structures.map((structure) => [
        structure,
        Object.fromEntries(
          Object.entries(annotations[structure] ?? {}).map(([rater, data]) => [rater, mask(data)]),
        ),
      ]),
    ),
  };
}
