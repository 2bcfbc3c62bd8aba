import { disagreement } from '@diff/fusion';
import { useMemo } from 'preact/hooks';
import { COOL } from '../drawing/colours.js';
import { mapCanvas, sliceOf, type View } from '../drawing/paint.js';
import type { Panel } from '../panel.js';
import { splitsOf } from '../splits.js';
import { Plane } from './plane.js';
import { Scroll } from './scroll.js';

/** So many places and splits are shown, the largest. */
const MOST = 5;

interface Props {
  panel: Panel;
  picture: HTMLCanvasElement;
  view: View;
  slice: number;
}

/** Where raters disagree most, and who says what there. */
export function Disputes({ panel, picture, view, slice }: Props) {
  const { width, height } = panel.image;
  const heard = panel.raters.filter(({ isIn }) => isIn);
  const { entropy, regions, splits } = useMemo(() => {
    const masks = panel.raters.filter(({ isIn }) => isIn).map(({ mask }) => mask);
    return { ...disagreement(masks, { shape: panel.shape }), splits: splitsOf(masks) };
  }, [panel]);
  const layers = useMemo(() => {
    const boxes = regions.slice(0, MOST).flatMap(({ box: { min, max } }, k) => {
      const [front, back] = min.length > 2 ? [min[0]!, max[0]!] : [0, 0];
      if (slice < front || slice > back) return [];
      const [top, left] = min.slice(-2) as [number, number];
      const [bottom, right] = max.slice(-2) as [number, number];
      return [{ left, top, width: right - left + 1, height: bottom - top + 1, text: String(k + 1) }];
    });
    return { base: mapCanvas(picture, sliceOf(entropy, slice, width * height), COOL), view, boxes };
  }, [entropy, regions, picture, view, slice, width, height]);
  const share = (mask: Uint8Array, pixels: Int32Array) =>
    pixels.reduce((sum, pixel) => sum + mask[pixel]!, 0) / pixels.length;
  const counted = panel.depth > 1 ? 'Voxels' : 'Pixels';
  const head = (first: string) => (
    <thead>
      <tr>
        <th scope="col">{first}</th>
        <th scope="col">{counted}</th>
        {heard.map(({ name }) => (
          <th key={name} scope="col">
            {name}
          </th>
        ))}
      </tr>
    </thead>
  );

  return (
    <section class="card" aria-labelledby="disputes-title">
      <h2 id="disputes-title">Where they disagree</h2>
      {regions.length === 0 ? (
        <p>All raters who are heard agree on every pixel.</p>
      ) : (
        <div class="disputes">
          <Plane
            label={`Disagreement: ${regions.length} places where raters differ, the largest numbered`}
            layers={layers}
          />
          <div class="tables">
            <Scroll label="The largest places where raters differ">
              <table>
                <caption>The largest places: how much of it each has inside, in %</caption>
                {head('Place')}
                <tbody>
                  {regions.slice(0, MOST).map(({ size, pixels }, k) => (
                    <tr key={pixels[0]}>
                      <th scope="row">{k + 1}</th>
                      <td>{size.toLocaleString('en')}</td>
                      {heard.map(({ name, mask }) => (
                        <td key={name}>{Math.round(100 * share(mask, pixels))}</td>
                      ))}
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scroll>
            <Scroll label="The most frequent ways in which raters are divided">
              <table>
                <caption>How they are divided most often: who has it inside</caption>
                {head('Split')}
                <tbody>
                  {splits.slice(0, MOST).map(({ inside, pixels }, k) => (
                    <tr key={inside.join()}>
                      <th scope="row">{k + 1}</th>
                      <td>{pixels.toLocaleString('en')}</td>
                      {inside.map((vote, i) => (
                        <td key={heard[i]!.name}>{vote ? 'in' : '·'}</td>
                      ))}
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scroll>
          </div>
        </div>
      )}
      <p class="note">The more violet, the more evenly the raters are divided (entropy of the mean vote).</p>
    </section>
  );
}
