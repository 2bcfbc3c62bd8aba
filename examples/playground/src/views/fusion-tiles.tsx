import { dice } from '@diff/metrics';
import { useMemo } from 'preact/hooks';
import { WARM } from '../drawing/colours.js';
import { outlineOf } from '../drawing/outline.js';
import { mapCanvas, sliceOf, type View } from '../drawing/paint.js';
import { type Fused, type Method, methods } from '../fusions.js';
import type { Panel } from '../panel.js';
import { Plane } from './plane.js';

const WHITE = { colour: '#fff', dash: [] };

interface Props {
  panel: Panel;
  fused: Fused;
  picture: HTMLCanvasElement;
  view: View;
  slice: number;
  threshold: number;
  change(threshold: number): void;
}

/** The fusions side by side, with the outline of what is above the threshold. */
export function FusionTiles({ panel, fused, picture, view, slice, threshold, change }: Props) {
  return (
    <section class="card" aria-labelledby="fusions-title">
      <h2 id="fusions-title">Fused</h2>
      <label class="slider">
        <span>
          Inside is what is above <b>{threshold.toFixed(2)}</b>
        </span>
        <input
          type="range"
          min="0.05"
          max="0.95"
          step="0.05"
          value={threshold}
          onInput={({ currentTarget }) => change(Number(currentTarget.value))}
        />
      </label>
      <div class="tiles">
        {methods.map((method) => (
          <Tile key={method} {...{ panel, fused, picture, view, slice, threshold, method }} />
        ))}
      </div>
      <p class="note">
        The more orange, the more it is inside; the white line is where a fusion passes the threshold.
        {panel.truth &&
          ' The true shape of a phantom is known: Dice is the overlap with it, 1 where they are the same.'}
      </p>
    </section>
  );
}

function Tile({
  panel,
  fused,
  picture,
  view,
  slice,
  threshold,
  method,
}: Omit<Props, 'change'> & { method: Method }) {
  const map = fused.maps[method] as Float64Array;
  const { width, height } = panel.image;
  const part = useMemo(() => sliceOf(map, slice, width * height), [map, slice, width, height]);
  const base = useMemo(() => mapCanvas(picture, part, WARM), [picture, part]);
  const layers = useMemo(
    () => ({ base, view, lines: [{ ...WHITE, ends: outlineOf(part, width, height, threshold) }] }),
    [base, view, part, width, height, threshold],
  );
  const { inside, overlap } = useMemo(() => {
    let inside = 0;
    for (let i = 0; i < map.length; i++) if (map[i]! > threshold) inside++;
    return { inside, overlap: panel.truth && dice(map, panel.truth, { threshold }) };
  }, [map, threshold, panel.truth]);
  const told = `${inside.toLocaleString('en')} ${panel.depth > 1 ? 'voxels' : 'pixels'}`;
  return (
    <figure>
      <Plane label={`${method}: ${told} inside`} layers={layers} />
      <figcaption>
        <strong>{method}</strong>
        <span>{told}</span>
        {overlap !== undefined && <span>Dice {overlap.toFixed(3)}</span>}
      </figcaption>
    </figure>
  );
}
