import { contactSheet, type Image } from '@diff/datasets';
import sharp from 'sharp';
import { colourScale, scaleChart } from './charts.js';
import type { GalleryPicture } from './gallery.js';
import { type Content, type Html, html } from './html.js';

/** Side of the tile on which contours are drawn. */
const TILE = 256;

const percent = (share: number) => `${Math.round(100 * share)} %`;

/** Cases in rows, pictures in columns, both named, in a box that scrolls where the page is narrow. */
function pictureTable(
  caption: string,
  columns: readonly Content[],
  rows: readonly { head: Content; cells: Content[] }[],
) {
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table class="pictures"><caption class="sr">${caption}</caption>
<thead><tr><th scope="col">case</th>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map(({ head, cells }) => html`<tr><th scope="row">${head}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></div>`;
}

const nameOf = ({ id, diagnosis }: GalleryPicture) =>
  html`${id}<br><span class="quiet">diagnosis ${diagnosis}</span>`;

async function img({ data, width, height, channels }: Image, alt: string, kind = ''): Promise<Html> {
  const bytes = Uint8Array.from(data, (level) => Math.round(255 * Math.min(1, Math.max(0, level))));
  // A palette, chosen by what the picture needs, makes the file a third as large.
  const png = await sharp(bytes, { raw: { width, height, channels: channels as 1 | 3 } })
    .png({ palette: channels === 3, colours: 192, effort: 10, compressionLevel: 9 })
    .toBuffer();
  return html`<img class="${kind}" src="data:image/png;base64,${png.toString('base64')}" width="${width}" height="${height}" alt="${alt}">`;
}

/** The paper's Figure 5: the image, every rater's contour, the fused labels, the predictions. */
export async function casesTable(
  pictures: readonly GalleryPicture[],
  { structures, raters }: { structures: readonly string[]; raters: readonly string[] },
  masks: readonly string[],
): Promise<Html> {
  const rows = [];
  let colours: Record<string, string> = {};
  for (const picture of pictures) {
    const { id, image, height, width } = picture;
    const sheet = await contactSheet([{ id, image, annotations: picture.raters }], {
      tile: TILE,
      structures,
      raters,
    });
    colours = sheet.colours;
    const cells: Content[] = [
      await img(image, `Image of case ${id}.`),
      await img(middle(sheet.image), `Case ${id} with the contours of ${raters.join(', ')}.`),
    ];
    for (const mask of masks) {
      const planes = structures.flatMap((structure) => picture.masks[structure]?.[mask] ?? []);
      const data = Float32Array.from({ length: planes.length ? height * width : 0 }, (_, p) =>
        planes.reduce((sum, plane) => sum + plane[p]! / planes.length, 0),
      );
      const area = percent(data.reduce((sum, level) => sum + level, 0) / data.length);
      cells.push(
        planes.length > 0 &&
          (await img(
            { data, height, width, channels: 1 },
            `${mask} of case ${id}, on average ${area} of the picture.`,
          )),
      );
    }
    rows.push({ head: nameOf(picture), cells });
  }
  const key = html`<ul class="legend">${raters.map(
    (rater) =>
      html`<li><svg width="18" height="10" aria-hidden="true"><rect width="18" height="10" rx="2" fill="${colours[rater]}"/></svg> ${rater}</li>`,
  )}</ul>`;
  return html`${key}${pictureTable('Test cases: image, contours by rater, fused labels and predictions', ['image', 'raters', ...masks], rows)}`;
}

/** The one tile of a contact sheet, without its frame. */
function middle({ data, width, channels }: Image): Image {
  const gap = (width - TILE) / 2;
  const rows = Array.from({ length: TILE }, (_, y) => {
    const start = ((y + gap) * width + gap) * channels;
    return data.subarray(start, start + TILE * channels);
  });
  const tile = new Float32Array(TILE * TILE * channels);
  rows.forEach((row, y) => {
    tile.set(row, y * TILE * channels);
  });
  return { data: tile, width: TILE, height: TILE, channels };
}

/** The paper's Figure 6: expertness by rater, in one scale of colours. */
export async function expertnessTable(
  pictures: readonly GalleryPicture[],
  raters: readonly string[],
): Promise<Html | undefined> {
  const shown = pictures.filter(({ expertness }) => Object.keys(expertness).length > 0);
  if (shown.length === 0) return undefined;
  const range = rangeOf(shown.flatMap(({ expertness }) => Object.values(expertness)));
  const rows = await heatRows(shown, raters, range, ({ expertness, height, width }, rater) => {
    const data = expertness[rater];
    return data && { data, height, width, about: `Expertness of ${rater}` };
  });
  const share = { at: 1 / raters.length, name: `equal share 1/${raters.length}` };
  return html`${scaleChart(range, 'expertness', share)}${pictureTable('Expertness maps by rater', ['image', ...raters], rows)}`;
}

/** Where the queries of each Give and Take look, on average, relative to looking everywhere alike. */
export async function attentionTable(pictures: readonly GalleryPicture[]): Promise<Html | undefined> {
  const layers = [...new Set(pictures.flatMap(({ attention }) => Object.keys(attention)))];
  if (layers.length === 0) return undefined;
  const relative = ({ attention }: GalleryPicture, layer: string) =>
    attention[layer]?.data.map((weight) => weight * attention[layer]!.data.length);
  const range = rangeOf(
    pictures.flatMap((picture) => layers.flatMap((layer) => relative(picture, layer) ?? [])),
  );
  const rows = await heatRows(pictures, layers, range, (picture, layer) => {
    const data = relative(picture, layer);
    const [height, width] = picture.attention[layer]?.shape ?? [];
    return data && { data, height: height!, width: width!, about: `Attention of ${layer}` };
  });
  return html`${scaleChart(range, 'attention, as a multiple of an even spread', { at: 1, name: 'even' })}${pictureTable('Attention maps by layer', ['image', ...layers], rows)}`;
}

type Heat = { data: Float32Array; height: number; width: number; about: string };

function heatRows(
  pictures: readonly GalleryPicture[],
  columns: readonly string[],
  range: [number, number],
  heatOf: (picture: GalleryPicture, column: string) => Heat | undefined,
) {
  const colour = colourScale(range);
  return Promise.all(
    pictures.map(async (picture) => {
      const cells = columns.map((column) => {
        const heat = heatOf(picture, column);
        if (!heat) return html`<span class="quiet">none</span>`;
        const [low, high] = rangeOf([heat.data]);
        const alt = `${heat.about} on case ${picture.id}, from ${low.toFixed(2)} to ${high.toFixed(2)}.`;
        const data = new Float32Array(3 * heat.data.length);
        heat.data.forEach((value, p) => {
          data.set(colour(value), 3 * p);
        });
        return img({ ...heat, data, channels: 3 }, alt, 'heat');
      });
      const image = img(picture.image, `Image of case ${picture.id}.`);
      return { head: nameOf(picture), cells: await Promise.all([image, ...cells]) };
    }),
  );
}

function rangeOf(arrays: readonly Float32Array[]): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const array of arrays) {
    for (const value of array) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low < high ? [low, high] : [low - 0.5, high + 0.5];
}
