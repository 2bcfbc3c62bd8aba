import type { Image } from '@diff/datasets';
import { unseal, type Weights } from '@diff/train';
import type { GalleryCase } from '../folder/results.js';

/** One case of the gallery. */
export interface GalleryPicture extends GalleryCase {
  image: Image;
  /** `raters[structure][rater]`, as `Case.annotations`. */
  raters: Record<string, Record<string, Float32Array>>;
  /** By structure and the name of the label or arm: values in [0, 1]. */
  masks: Record<string, Record<string, Float32Array>>;
  /** By arm, then by rater or sample, then by structure: values in [0, 1]. */
  opinions: Record<string, Record<string, Record<string, Float32Array>>>;
  expertness: Record<string, Float32Array>;
  attention: Record<string, Weights>;
}

/** What a run drew its pictures from. See `GalleryCase`. @throws Error naming the file if it is damaged. */
export async function readGallery(bytes: Uint8Array, name: string): Promise<GalleryPicture[]> {
  const { tensors, metadata } = await unseal(bytes, name);
  const cases = JSON.parse(metadata.cases ?? '[]') as GalleryCase[];
  const pictures = cases.map((one): GalleryPicture => {
    const { height, width, channels } = one;
    const image = { data: new Float32Array(), height, width, channels };
    // Without a prototype: a rater may be called `constructor`.
    const [raters, masks, opinions, expertness, attention] = [0, 1, 2, 3, 4].map(() => Object.create(null));
    return { ...one, image, raters, masks, opinions, expertness, attention };
  });
  for (const [key, weights] of tensors) {
    const [index, kind, first = '', ...rest] = key.split('/');
    const picture = pictures[Number(index)];
    if (!picture) continue;
    const whole = [first, ...rest].join('/');
    const into = (planes: GalleryPicture['masks']) => {
      planes[first] = { ...planes[first], [rest.join('/')]: weights.data };
    };
    if (kind === 'image') picture.image.data = weights.data;
    else if (kind === 'rater') into(picture.raters);
    else if (kind === 'label' || kind === 'prediction') into(picture.masks);
    else if (kind === 'opinion') {
      const [arm = '', ...parts] = rest;
      const [name, of] = [parts.join('/'), picture.opinions[arm]];
      picture.opinions[arm] = { ...of, [name]: { ...of?.[name], [first]: weights.data } };
    } else if (kind === 'expertness') picture.expertness[whole] = weights.data;
    else if (kind === 'attention') picture.attention[whole] = weights;
  }
  return pictures;
}
