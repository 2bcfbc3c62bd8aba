import { useEffect, useMemo, useState } from 'preact/hooks';
import { strokeOf } from '../drawing/colours.js';
import { outlineOf } from '../drawing/outline.js';
import { mapCanvas, sliceOf, type View } from '../drawing/paint.js';
import type { Fused } from '../fusions.js';
import type { Panel } from '../panel.js';
import { WARM } from './fusion-tiles.js';
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
          <Curves
            title="Sensitivity"
            series={heard.map((_, i) => steps.map((step) => step.sensitivity[i]!))}
            {...{ heard, now }}
          />
          <Curves
            title="Specificity"
            series={heard.map((_, i) => steps.map((step) => step.specificity[i]!))}
            {...{ heard, now }}
          />
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

interface CurvesProps {
  title: string;
  series: readonly (readonly number[])[];
  heard: readonly { name: string; place: number }[];
  now: number;
}

const [WIDE, HIGH, LEFT, FOOT] = [260, 120, 38, 16];

function Curves({ title, series, heard, now }: CurvesProps) {
  const values = series.flat().filter(Number.isFinite);
  const low = Math.min(...values, 0.999);
  const count = series[0]?.length ?? 1;
  const x = (step: number) => LEFT + ((WIDE - LEFT - 6) * step) / Math.max(1, count - 1);
  const y = (value: number) => 8 + (HIGH - FOOT - 8) * (1 - (value - low) / (1 - low));
  const path = (values: readonly number[]) =>
    values.map((value, step) => `${step ? 'L' : 'M'}${x(step).toFixed(1)} ${y(value).toFixed(1)}`).join('');
  return (
    <figure>
      <svg
        viewBox={`0 0 ${WIDE} ${HIGH}`}
        role="img"
        aria-label={`${title} of each rater by iteration; the table has the numbers`}
      >
        <path class="axis" d={`M${LEFT} 8V${HIGH - FOOT}H${WIDE - 6}`} />
        <text x={LEFT - 4} y="12" text-anchor="end">
          1
        </text>
        <text x={LEFT - 4} y={HIGH - FOOT} text-anchor="end">
          {low.toFixed(low > 0.99 ? 3 : 2)}
        </text>
        <text x={LEFT} y={HIGH - 2}>
          1
        </text>
        <text x={WIDE - 6} y={HIGH - 2} text-anchor="end">
          {count}
        </text>
        <path class="now" d={`M${x(now).toFixed(1)} 8V${HIGH - FOOT}`} />
        {heard.map(({ name, place }, i) => {
          const { colour, dash } = strokeOf(place);
          return (
            <path
              key={name}
              class="curve"
              d={path(series[i]!)}
              stroke={colour}
              stroke-dasharray={dash.join(' ')}
            />
          );
        })}
      </svg>
      <figcaption>{title}</figcaption>
    </figure>
  );
}
