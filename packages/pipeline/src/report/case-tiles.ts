import type { Case, Image } from '@diff/datasets';
import { closeUp, cut } from './close-up.js';
import type { GalleryPicture } from './gallery.js';

/** The pictures of one case. */
export interface CaseTiles {
  /** The square around the outlines, with everyone's masks. */
  outlined: Pick<Case, 'id' | 'image' | 'annotations'>;
  /** The same square of every mask that was asked for, the mean over structures; `undefined` where the case lacks it. */
  masks: (Image | undefined)[];
}

/** What the contact sheets of the report and of Figure 5 draw of a case. */
export function caseTiles(
  picture: GalleryPicture,
  structures: readonly string[],
  masks: readonly string[],
): CaseTiles {
  const { id, image, height, width } = picture;
  const window = closeUp(picture);
  const plane = (data: Float32Array) => cut({ data, height, width, channels: 1 }, window);
  const annotations = Object.fromEntries(
    Object.entries(picture.raters).map(([structure, by]) => [
      structure,
      Object.fromEntries(Object.entries(by).map(([rater, mask]) => [rater, plane(mask).data])),
    ]),
  );
  return {
    outlined: { id, image: cut(image, window), annotations },
    masks: masks.map((mask) =>
      meanTile(
        picture,
        structures.flatMap((structure) => picture.masks[structure]?.[mask] ?? []),
      ),
    ),
  };
}

/** The square around the outlines of some maps, one per structure: their mean. */
export function meanTile(picture: GalleryPicture, maps: readonly Float32Array[]): Image | undefined {
  const { height, width } = picture;
  const data = meanPlane(maps);
  return data && cut({ data, height, width, channels: 1 }, closeUp(picture));
}

function meanPlane([first, ...rest]: readonly Float32Array[]): Float32Array | undefined {
  return first?.map((level, p) => rest.reduce((sum, plane) => sum + plane[p]!, level) / (1 + rest.length));
}
