import { contactSheet, type Image } from '@diff/datasets';
// sharp: PNG with a palette, which makes the report a third as large as plain PNG.
import sharp from 'sharp';
import { caseTiles, meanTile } from './case-tiles.js';
import { colourScale, scaleChart } from './charts.js';
import { closeUp, cut } from './close-up.js';
import type { GalleryPicture } from './gallery.js';
import { type Content, type Html, html } from './html.js';

/** Side of the tile on which contours are drawn: about as many pixels as it takes on the page. */
const TILE = 136;

/** The grey towards which a colour pales. */
const PALE = 0.75;

/** Cases in rows, pictures in columns, both named, in a box that scrolls where the page is narrow. */
function pictureTable(
  caption: string,
  columns: readonly Content[],
  rows: readonly { picture: GalleryPicture; cells: readonly Content[] }[],
): Html {
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table class="pictures" style="--columns:${columns.length}"><caption><span class="sr">${caption}</span></caption>
<thead><tr><th scope="col">case</th>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map(
    ({ picture: { id, diagnosis }, cells }) =>
      html`<tr><th scope="row">${id}<br><span class="quiet">diagnosis&nbsp;${diagnosis}</span></th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`,
  )}</tbody></table></div>`;
}

async function img({ data, width, height, channels }: Image, alt: string, kind?: 'heat'): Promise<Html> {
  const bytes = Uint8Array.from(data, (level) => Math.round(255 * Math.min(1, Math.max(0, level))));
  const png = await sharp(bytes, { raw: { width, height, channels: channels as 1 | 3 } })
    .png({ palette: channels === 3, dither: kind === 'heat' ? 0 : 1, effort: 10, compressionLevel: 9 })
    .toBuffer();
  return html`<img${kind && html` class="${kind}"`} src="data:image/png;base64,${png.toString('base64')}" width="${width}" height="${height}" alt="${alt}">`;
}

/** The paper's Figure 5: the image, every rater's contour, the fused labels, the predictions. */
export async function casesTable(
  pictures: readonly GalleryPicture[],
  { structures, raters }: { structures: readonly string[]; raters: readonly string[] },
  masks: readonly string[],
): Promise<Html> {
  let colours: Record<string, string> = {};
  const rows = await Promise.all(
    pictures.map(async (picture) => {
      const { id, image } = picture;
      const tiles = caseTiles(picture, structures, masks);
      const sheet = await contactSheet([tiles.outlined], { tile: TILE, structures, raters });
      colours = sheet.colours;
      const frame = (sheet.image.width - TILE) / 2;
      const contours = cut(sheet.image, { left: frame, top: frame, width: TILE, height: TILE });
      const outlined = raters.filter((rater) =>
        Object.values(tiles.outlined.annotations).some((by) => by[rater]),
      );
      const cells = tiles.masks.map((mask, k) =>
        mask ? img(mask, `${masks[k]} of case ${id}.`) : html`<span class="quiet">none</span>`,
      );
      return {
        picture,
        cells: await Promise.all([
          img(image, `Image of case ${id}.`),
          img(contours, `Case ${id} with the contours of ${outlined.join(', ')}.`),
          ...cells,
        ]),
      };
    }),
  );
  const key = raters.map(
    (rater) =>
      html`<li><svg width="18" height="10" aria-hidden="true"><rect width="18" height="10" rx="2" fill="${colours[rater]}"/></svg> ${rater}</li>`,
  );
  return html`<ul class="legend">${key}</ul>
${pictureTable('Test cases: image, contours by rater, fused labels and predictions', ['image', 'raters', ...masks], rows)}`;
}

/** By network that learned every rater's masks: what it says of each rater, or samples of what it takes for possible. */
export async function opinionTables(
  pictures: readonly GalleryPicture[],
  structures: readonly string[],
): Promise<{ arm: string; table: Html }[]> {
  const arms = [...new Set(pictures.flatMap(({ opinions }) => Object.keys(opinions)))];
  return Promise.all(
    arms.map(async (arm) => {
      const names = [...new Set(pictures.flatMap(({ opinions }) => Object.keys(opinions[arm] ?? {})))];
      const rows = pictures.map(async (picture) => {
        const cells = names.map((name) => {
          const maps = structures.flatMap((structure) => picture.opinions[arm]?.[name]?.[structure] ?? []);
          const tile = meanTile(picture, maps);
          return tile
            ? img(tile, `${name} by ${arm}, case ${picture.id}.`)
            : html`<span class="quiet">none</span>`;
        });
        const image = img(cut(picture.image, closeUp(picture)), `Image of case ${picture.id}.`);
        return { picture, cells: await Promise.all([image, ...cells]) };
      });
      return { arm, table: pictureTable(`What ${arm} says`, ['image', ...names], await Promise.all(rows)) };
    }),
  );
}

/** The paper's Figure 6: expertness by rater, in one scale of colours; paler where a weight changes nothing. */
export async function expertnessTable(
  pictures: readonly GalleryPicture[],
  raters: readonly string[],
): Promise<Html | undefined> {
  const rows = pictures.map((picture) => {
    const { expertness, height, width } = picture;
    const disputed = disputedPixels(picture);
    const close = (data: Float32Array) => cut({ data, height, width, channels: 1 }, closeUp(picture));
    const maps = raters.map(
      (rater) => expertness[rater] && { ...close(expertness[rater]), strength: close(disputed).data },
    );
    return { picture, image: cut(picture.image, closeUp(picture)), maps };
  });
  const share = { at: 1 / raters.length, name: `equal share 1/${raters.length}` };
  return heatTable('Expertness maps by rater', raters, rows, 'expertness', share);
}

/** 1 where the raters of any structure disagree, less elsewhere. */
function disputedPixels({ raters, height, width }: GalleryPicture): Float32Array {
  const panels = Object.values(raters).map((by) => Object.values(by));
  return Float32Array.from({ length: height * width }, (_, p) =>
    panels.some(([first, ...rest]) => rest.some((mask) => mask[p]! >= 0.5 !== first![p]! >= 0.5)) ? 1 : 0.4,
  );
}

/** Values to draw in colours, full or paler. */
type Heat = Image & { strength?: Float32Array };

/** Where the queries of each Give and Take look, on average, as a multiple of looking everywhere alike. */
export async function attentionTable(pictures: readonly GalleryPicture[]): Promise<Html | undefined> {
  const layers = [...new Set(pictures.flatMap(({ attention }) => Object.keys(attention)))];
  const rows = pictures.map((picture) => {
    const maps = layers.map((layer) => {
      if (!picture.attention[layer]) return undefined;
      const { data, shape } = picture.attention[layer];
      const [height, width] = shape as [number, number];
      return { data: data.map((weight) => weight * data.length), height, width, channels: 1 };
    });
    return { picture, image: picture.image, maps };
  });
  const even = { at: 1, name: 'even spread' };
  return heatTable('Attention maps by layer', layers, rows, 'multiple of an even spread', even);
}

/** Maps as colours of one scale, which is shown above them, beside the part of the image that they cover. */
async function heatTable(
  caption: string,
  columns: readonly string[],
  rows: readonly { picture: GalleryPicture; image: Image; maps: readonly (Heat | undefined)[] }[],
  unit: string,
  mark: { at: number; name: string },
): Promise<Html | undefined> {
  const range = rangeOf(rows.flatMap(({ maps }) => maps.map((map) => map?.data ?? [])));
  if (!range) return undefined;
  const colour = colourScale(range);
  const drawn = await Promise.all(
    rows.map(async ({ picture, image, maps }) => {
      const cells = maps.map((map, k) => {
        if (!map) return html`<span class="quiet">none</span>`;
        const [low, high] = rangeOf([map.data])!;
        const alt = `${columns[k]} on case ${picture.id}: ${low.toFixed(2)} to ${high.toFixed(2)}.`;
        const levels = Array.from(map.data, (value, p) =>
          colour(value).map((level) => PALE + (level - PALE) * (map.strength?.[p] ?? 1)),
        );
        return img({ ...map, data: Float32Array.from(levels.flat()), channels: 3 }, alt, 'heat');
      });
      return { picture, cells: await Promise.all([img(image, `Image of case ${picture.id}.`), ...cells]) };
    }),
  );
  return html`<div class="scale">${scaleChart(range, unit, mark)}</div>${pictureTable(caption, ['image', ...columns], drawn)}`;
}

/** The least and greatest value; a single one has a little room about it. */
function rangeOf(arrays: readonly ArrayLike<number>[]): [number, number] | undefined {
  let [low, high] = [Infinity, -Infinity];
  for (const array of arrays) {
    for (let i = 0; i < array.length; i++) {
      low = Math.min(low, array[i]!);
      high = Math.max(high, array[i]!);
    }
  }
  if (low > high) return undefined;
  return low < high ? [low, high] : [low - 0.01, high + 0.01];
}
