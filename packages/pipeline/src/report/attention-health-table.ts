import type { GalleryPicture } from './gallery.js';
import type { Html } from './html.js';
import { estimateCell, table } from './table.js';

/** Whether the attention of T&G does something, the mean over the cases that are shown. Absent in runs of older versions. */
export function attentionHealthTable(gallery: readonly GalleryPicture[]): Html | undefined {
  const told = gallery.flatMap(({ attentionHealth }) => (attentionHealth ? [attentionHealth] : []));
  const layers = Object.keys(told[0] ?? {});
  if (!layers.length) return undefined;
  const meanOf = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
  return table(
    {
      caption: `Does the attention do something? Evenness is the entropy of where a pixel looks, as a share of that of an even spread: at 1 all is looked at alike, and nothing is selected. Root mean squares of the features: in the variants with a residual what a Take gives is added to what answers, the decoder’s feature, and where it is far smaller the layer is hardly heard. Mean over ${told.length} cases.`,
      file: 'attention',
      columns: ['layer', 'evenness', 'asks, rms', 'answers, rms', 'comes out, rms', 'out / asks'],
    },
    [
      {
        rows: layers.map((layer) => {
          const of = told.map((each) => each[layer]!);
          const [query, keyValue, output] = (['query', 'keyValue', 'output'] as const).map((which) =>
            meanOf(of.map(({ rms }) => rms[which])),
          ) as [number, number, number];
          const evenness = meanOf(of.map((one) => one.evenness));
          return {
            head: layer,
            cells: [evenness, query, keyValue, output, output / query].map((value) =>
              estimateCell({ value, of: told.length }),
            ),
          };
        }),
      },
    ],
  );
}
