import type { StapleResult } from '@diff/fusion';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { strokeOf, WARM } from '../drawing/colours.js';
import { outlineOf } from '../drawing/outline.js';
import { mapCanvas, sliceOf, type View } from '../drawing/paint.js';
import type { Fused } from '../fusions.js';
import type { Panel } from '../panel.js';
import { Chart } from './chart.js';
import { Plane } from './plane.js';
import { Scroll } from './scroll.js';

/** Of how many iterations at most a film is made. */
const FRAMES = 60;

interface Props {
  panel: Panel;
  fused: Fused;
  picture: HTMLCanvasElement;
  view: View;
  slice: number;
  threshold: number;
}

/** How STAPLE comes to its result: the map and what it believes of each rater after every iteration. */
export function StapleSteps({ panel, fused: { steps }, picture, view, slice, threshold }: Props) {
  const last = steps.length - 1;
  const [at, setAt] = useState(last);
  const [isPlaying, setPlaying] = useState(false);
  useEffect(() => {
    setAt(steps.length - 1);
    setPlaying(false);
  }, [steps]);
  const now = Math.min(at, last);
  useEffect(() => {
    if (!isPlaying) return;
    if (now >= last) return setPlaying(false);
    const next = setTimeout(() => setAt(Math.min(last, now + Math.ceil(last / FRAMES))), 200);
    return () => clearTimeout(next);
  }, [isPlaying, now, last]);

  const { width, height } = panel.image;
  const { probability, sensitivity, specificity, converged } = steps[now]!;
  const layers = useMemo(() => {
    const part = sliceOf(probability, slice, width * height);
    const line = { colour: '#fff', dash: [], ends: outlineOf(part, width, height, threshold) };
    return { base: mapCanvas(picture, part, WARM), view, lines: [line] };
  }, [probability, picture, view, slice, width, height, threshold]);
  const heard = panel.raters.flatMap((rater, place) => (rater.isIn ? [{ ...rater, place }] : []));

  const curves = (of: (step: StapleResult) => readonly number[]) => {
    const series = heard.map(({ name, place }, i) => ({
      ...{ name, ...strokeOf(place) },
      values: steps.map((step) => of(step)[i]!),
    }));
    return {
      series,
      now,
      first: 1,
      high: 1,
      low: Math.min(0.999, ...series.flatMap(({ values }) => values)),
    };
  };

  return (
    <section class="card" aria-labelledby="steps-title">
      <h2 id="steps-title">STAPLE, step by step</h2>
      <div class="row player">
        <button
          type="button"
          onClick={() => {
            if (!isPlaying && now >= last) setAt(0);
            setPlaying(!isPlaying);
          }}
        >
          {isPlaying ? 'Pause' : 'Play'}
        </button>
        <label class="slider">
          <span>
            Iteration <b>{now + 1}</b> of {steps.length}
            {converged && ', converged'}
          </span>
          <input
            type="range"
            min="0"
            max={last}
            value={now}
            onInput={({ currentTarget }) => {
              setPlaying(false);
              setAt(Number(currentTarget.value));
            }}
          />
        </label>
      </div>
      <div class="steps">
        <Plane label={`STAPLE after ${now + 1} iterations`} layers={layers} />
        <div class="curves">
          <Chart title="Sensitivity" {...curves(({ sensitivity }) => sensitivity)} />
          <Chart title="Specificity" {...curves(({ specificity }) => specificity)} />
        </div>
        <Scroll label="Sensitivity and specificity of each rater">
          <table>
            <thead>
              <tr>
                <th scope="col">Rater</th>
                <th scope="col">Sensitivity</th>
                <th scope="col">Specificity</th>
              </tr>
            </thead>
            <tbody>
              {heard.map(({ name }, i) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td>{sensitivity[i]!.toFixed(3)}</td>
                  <td>{specificity[i]!.toFixed(3)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </div>
      <p class="note">
        It begins with the mean vote. Each iteration asks how often each rater finds what is believed to be
        inside (sensitivity) and spares what is not (specificity), then believes those more who do it well.
      </p>
    </section>
  );
}
