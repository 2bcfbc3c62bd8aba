import type { Stroke } from '../drawing/colours.js';

export interface Series extends Stroke {
  name: string;
  values: readonly number[];
}

interface Props {
  title: string;
  series: readonly Series[];
  low: number;
  high: number;
  /** Which value is marked. */
  now: number;
  /** What the first value is called. */
  first: number;
  /** For how many values there is room; as many as the longest has by default. */
  count?: number;
}

const [WIDE, HIGH, LEFT, FOOT] = [260, 120, 38, 16];

/** Lines of values by step. */
export function Chart({ title, series, low, high, now, first, count = 0 }: Props) {
  const last = Math.max(count, ...series.map(({ values }) => values.length)) - 1;
  const x = (step: number) => LEFT + ((WIDE - LEFT - 6) * step) / Math.max(1, last);
  const y = (value: number) => 8 + (HIGH - FOOT - 8) * (1 - (value - low) / (high - low || 1));
  const path = (values: readonly number[]) =>
    values.map((value, step) => `${step ? 'L' : 'M'}${x(step).toFixed(1)} ${y(value).toFixed(1)}`).join('');
  const digits = high - low < 0.05 ? 3 : high - low < 5 ? 2 : 0;
  return (
    <figure>
      <svg
        viewBox={`0 0 ${WIDE} ${HIGH}`}
        role="img"
        aria-label={`${title} of ${series.map(({ name }) => name).join(', ')} by step`}
      >
        <path class="axis" d={`M${LEFT} 8V${HIGH - FOOT}H${WIDE - 6}`} />
        {low < 0 && high > 0 && <path class="axis" d={`M${LEFT} ${y(0).toFixed(1)}H${WIDE - 6}`} />}
        <text x={LEFT - 4} y="12" text-anchor="end">
          {high.toFixed(high === 1 ? 0 : digits)}
        </text>
        <text x={LEFT - 4} y={HIGH - FOOT} text-anchor="end">
          {low.toFixed(digits)}
        </text>
        <text x={LEFT} y={HIGH - 2}>
          {first}
        </text>
        <text x={WIDE - 6} y={HIGH - 2} text-anchor="end">
          {last + first}
        </text>
        <path class="now" d={`M${x(now).toFixed(1)} 8V${HIGH - FOOT}`} />
        {series.map(({ name, values, colour, dash }) => (
          <path key={name} class="curve" d={path(values)} stroke={colour} stroke-dasharray={dash.join(' ')} />
        ))}
      </svg>
      <figcaption>{title}</figcaption>
    </figure>
  );
}
