import { type Case, contactSheet } from '@diff/datasets';
import { caseTiles, type GalleryPicture, type Html, html } from 'diff-pipeline/report';
// Renders the letters around the sheet, and makes a palette, which thirds the file.
import sharp from 'sharp';

const [TILE, HEAD, LINE] = [128, 44, 18];

/** About as much as a letter takes, where most are no capitals. */
const LETTER = 8;

/**
 * Cases in rows; in columns the image, the square around its outlines with every rater's contour, and that square of each
 * mask, the mean over structures. Columns, rows and the raters' colours are named in the picture, a PNG.
 */
export async function drawFigure5(
  pictures: readonly GalleryPicture[],
  { structures, raters }: { structures: readonly string[]; raters: readonly string[] },
  masks: readonly string[],
): Promise<Buffer> {
  const columns = ['image', 'raters', ...masks];
  const tiles = pictures.flatMap((picture): Case[] => {
    const { outlined, masks: planes } = caseTiles(picture, structures, masks);
    const empty = { data: new Float32Array(), width: 1, height: 1, channels: 0 };
    const plain = [picture.image, ...planes.map((plane) => plane ?? empty)].map(
      (image): Case => ({ id: picture.id, image, annotations: {} }),
    );
    return [plain[0]!, outlined, ...plain.slice(1)];
  });
  const { image, colours } = await contactSheet(tiles, {
    tile: TILE,
    columns: columns.length,
    structures,
    raters,
  });
  const heads = pictures.map(({ id, diagnosis }) => [...id.split('/'), diagnosis ? 'ill' : 'healthy']);
  const left = 2 * LETTER + LETTER * Math.max(...heads.flat().map(({ length }) => length));
  const [stepX, stepY] = [image.width / columns.length, image.height / pictures.length];
  const legend = raters.map((rater, i) => ({ rater, x: left + i * Math.min(stepX, 900 / raters.length) }));
  const [width, height] = [left + image.width, HEAD + image.height + 2 * LINE];
  const texts = [
    columns.map((name, c) => lines(left + (c + 0.5) * stepX, 18, name.split(/ (?=on )/), 'middle')),
    heads.map((head, r) => lines(LETTER, HEAD + (r + 0.5) * stepY, head)),
    legend.map(
      ({ rater, x }) =>
        html`<rect x="${x}" y="${height - 22}" width="14" height="10" fill="${colours[rater]}"/>${lines(x + 20, height - 12, [rater])}`,
    ),
  ];
  const svg = html`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="14">${texts}</svg>`;
  const sheet = await sharp(
    Uint8Array.from(image.data, (level) => Math.round(255 * level)),
    {
      raw: { width: image.width, height: image.height, channels: 3 },
    },
  )
    .png()
    .toBuffer();
  return sharp({ create: { width, height, channels: 3, background: 'white' } })
    .composite([
      { input: sheet, left: left, top: HEAD },
      { input: Buffer.from(svg.markup), left: 0, top: 0 },
    ])
    .png({ palette: true, effort: 10 })
    .toBuffer();
}

const lines = (x: number, y: number, text: readonly string[], anchor = 'start'): Html[] =>
  text.map((line, i) => html`<text x="${x}" y="${y + i * LINE}" text-anchor="${anchor}">${line}</text>`);
