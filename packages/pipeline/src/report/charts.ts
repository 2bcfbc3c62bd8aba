// Plot: axes, scales and legends by people who keep them; linkedom: the little of a DOM that Plot needs, 20 times smaller
// than jsdom.
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { RoundResult } from '../folder/results.js';
import { duration } from '../terminal/duration.js';
import { type Content, Html, html } from './html.js';
import type { BorderWorth, Point } from './numbers.js';

const { document } = parseHTML('<!doctype html><html><body></body></html>');

/** What a phone shows unscaled; on a wider page charts stand side by side. */
export const WIDTH = 340;

/** A plot with a description for who cannot see it. */
export function draw(description: string, options: Plot.PlotOptions): Html {
  const svg = Plot.plot({ document: document as unknown as Document, width: WIDTH, ...options });
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', description);
  return new Html(svg.outerHTML);
}

export const figure = (name: Content, chart: Html): Html =>
  html`<figure><figcaption>${name}</figcaption>${chart}</figure>`;

export interface Series {
  name: string;
  colour: string;
  dashes: string;
}

/** What curves call the diagnosis from the image alone. */
export const NO_MASK = 'no mask';

/** Colours and dashes that tell masks apart, also without colour; defined for light and dark in the style sheet. */
export function seriesOf(names: readonly string[]): Series[] {
  const dashes = ['none', '7 3', '12 3 2 3', '4 2', '12 3'];
  return names.map((name, i) => {
    if (name === 'MV') return { name, colour: 'var(--mv)', dashes: 'none' };
    if (name === 'STAPLE') return { name, colour: 'var(--staple)', dashes: '7 3' };
    if (name === 'DF-GT') return { name, colour: 'var(--df-gt)', dashes: '1.5 3' };
    if (name === 'AggNet') return { name, colour: 'var(--staple)', dashes: '3 2' };
    if (name === 'MaxMig') return { name, colour: 'var(--staple)', dashes: '10 3 3 3' };
    if (name === NO_MASK) return { name, colour: 'currentColor', dashes: '6 2 1 2' };
    if (name === 'Shared') return { name, colour: 'var(--shared)', dashes: '9 2' };
    return { name, colour: `var(--arm-${i % 6})`, dashes: dashes[i % dashes.length]! };
  });
}

/** Lines with their names. */
export const legend = (series: readonly (Series & { note?: string })[]): Html =>
  html`<ul class="legend">${series.map(
    ({ name, colour, dashes, note }) =>
      html`<li><svg width="30" height="10" aria-hidden="true"><line x1="1" x2="29" y1="5" y2="5" stroke="${colour}" stroke-width="2.5" stroke-dasharray="${dashes}"/></svg> ${name}${note && html` <span class="quiet">(${note})</span>`}</li>`,
  )}</ul>`;

/** A chart of two shares, with its diagonal. */
export const unitSquare = (
  [across, down]: readonly [string, string],
  marks: readonly Plot.Markish[],
): Plot.PlotOptions => ({
  height: WIDTH,
  marginLeft: 44,
  marginBottom: 40,
  marginRight: 12,
  x: { domain: [0, 1], label: across, ticks: 5, labelAnchor: 'center' },
  y: { domain: [0, 1], label: down, ticks: 5 },
  marks: [
    Plot.gridX({ ticks: 5 }),
    Plot.gridY({ ticks: 5 }),
    Plot.line(
      [
        [0, 0],
        [1, 1],
      ],
      { stroke: 'currentColor', strokeOpacity: 0.4 },
    ),
    ...marks,
  ],
});

export function rocChart(judge: string, curves: readonly (Series & { points: readonly Point[] })[]): Html {
  return draw(
    `ROC curves by ${judge} of ${curves.map(({ name }) => name).join(', ')}: rate of true positives by rate of false positives.`,
    unitSquare(
      ['false-positive rate (1 − specificity)', 'true-positive rate (sensitivity)'],
      curves.map(({ points, colour, dashes }) =>
        Plot.line(points, { stroke: colour, strokeDasharray: dashes, strokeWidth: 2 }),
      ),
    ),
  );
}

/** The loss by epoch of one network, on the training cases and, dashed, on those for validation: a line for each round. */
export function trainingChart(network: string, rounds: readonly RoundResult[]): Html {
  const lines = rounds.flatMap(({ training }, round) =>
    (['loss', 'validation'] as const).map((what) => ({
      what,
      round,
      points: (training[network] ?? []).filter((epoch) => isNumber(epoch[what])),
    })),
  );
  const validated = lines.some(({ what, points }) => what === 'validation' && points.length);
  const described = `loss${validated ? ' in training and, dashed, in validation' : ''}`;
  return draw(
    `${described} of ${network} by epoch, ${rounds.length === 1 ? 'one line' : 'one line per round'}.`,
    {
      height: 200,
      marginTop: 26,
      marginLeft: 50,
      marginBottom: 38,
      marginRight: 12,
      x: {
        label: 'epoch',
        ticks: 6,
        tickFormat: (x: number) => (Number.isInteger(x) ? String(x) : ''),
        labelAnchor: 'center',
      },
      y: { label: 'loss', zero: true, nice: true, ticks: 5 },
      marks: [
        Plot.gridY({ ticks: 5 }),
        Plot.ruleY([0]),
        ...lines.map(({ what, round, points }) =>
          Plot.line(points, {
            x: ({ epoch }) => epoch + 1,
            y: what,
            stroke: what === 'loss' ? 'var(--arm-0)' : 'var(--arm-1)',
            ...(what === 'validation' && { strokeDasharray: '4 3' }),
            strokeWidth: 2,
            strokeOpacity: 1 - (0.6 * round) / rounds.length,
          }),
        ),
      ],
    },
  );
}

const groups = [
  { diagnosis: 'all', name: 'all', colour: 'currentColor', symbol: 'circle', dy: 0 },
  { diagnosis: 0, name: 'diagnosis 0', colour: 'var(--healthy)', symbol: 'square', dy: 7 },
  { diagnosis: 1, name: 'diagnosis 1', colour: 'var(--ill)', symbol: 'triangle', dy: 14 },
] as const;

/** A dot per rater and diagnosis with its interval, beside the line of an equal share. */
export function worthChart(rows: readonly BorderWorth[], raters: readonly string[]): Html {
  const labelled = Math.min(20, Math.max(...raters.map(({ length }) => length)));
  return draw(
    `Mean expertness where raters disagree, by rater and diagnosis, with 95 % intervals; an equal share is 1/${raters.length}.`,
    {
      height: 60 + 44 * raters.length,
      marginLeft: 18 + 7.5 * labelled,
      marginRight: 16,
      marginTop: 28,
      marginBottom: 38,
      x: { label: 'mean expertness at the border', nice: true, ticks: 5, labelAnchor: 'center' },
      y: { domain: raters, label: null, padding: 0.2, insetTop: 6, insetBottom: 6 },
      marks: [
        Plot.gridX({ ticks: 5 }),
        Plot.axisY({ tickSize: 0, lineWidth: 12, textOverflow: 'ellipsis-end' } as Plot.AxisYOptions),
        Plot.ruleX([1 / raters.length], { strokeDasharray: '4 3', strokeOpacity: 0.7 }),
        Plot.text([1 / raters.length], {
          x: (x: number) => x,
          text: () => `equal share 1/${raters.length}`,
          frameAnchor: 'top',
          dy: -16,
        }),
        ...groups.flatMap(({ diagnosis, colour, symbol, dy }) => {
          const own = rows.filter((row) => row.diagnosis === diagnosis);
          return [
            Plot.link(
              own.filter(({ estimate }) => estimate.interval),
              {
                x1: ({ estimate }) => estimate.interval[0],
                x2: ({ estimate }) => estimate.interval[1],
                y: 'rater',
                stroke: colour,
                strokeWidth: 2,
                dy: dy - 7,
              },
            ),
            Plot.dot(own, {
              x: ({ estimate }) => estimate.value,
              y: 'rater',
              symbol,
              r: 4,
              fill: colour,
              dy: dy - 7,
            }),
          ];
        }),
      ],
    },
  );
}

export const worthLegend = (): Html =>
  html`<ul class="legend">${groups.map(
    ({ name, colour, symbol }) =>
      html`<li><svg width="12" height="12" viewBox="-6 -6 12 12" aria-hidden="true" fill="${colour}">${
        symbol === 'circle'
          ? html`<circle r="4.5"/>`
          : symbol === 'square'
            ? html`<rect x="-4" y="-4" width="8" height="8"/>`
            : html`<path d="M0-5 5 4H-5Z"/>`
      }</svg> ${name}</li>`,
  )}</ul>`;

export function timingChart(steps: readonly { step: string; seconds: number }[]): Html {
  const labelled = Math.min(26, Math.max(...steps.map(({ step }) => step.length)));
  return draw(
    `Seconds by step: ${steps.map(({ step, seconds }) => `${step} ${duration(seconds)}`).join(', ')}.`,
    {
      height: 30 + 26 * steps.length,
      marginLeft: 12 + 6.8 * labelled,
      // For the longest, `59 min 59 s`.
      marginRight: 84,
      marginTop: 4,
      marginBottom: 20,
      x: { axis: null },
      y: { domain: steps.map(({ step }) => step), label: null, padding: 0.25 },
      marks: [
        Plot.axisY({ tickSize: 0, lineWidth: 15, textOverflow: 'ellipsis-end' } as Plot.AxisYOptions),
        Plot.barX(steps, { x: 'seconds', y: 'step', fill: 'var(--arm-0)' }),
        Plot.text(steps, {
          x: 'seconds',
          y: 'step',
          text: ({ seconds }) => duration(seconds),
          textAnchor: 'start',
          dx: 6,
        }),
        Plot.ruleX([0]),
      ],
    },
  );
}

/** Colours of a sequential, perceptually even scale (viridis) over a range, each as levels in [0, 1]. */
export function colourScale([low, high]: readonly [number, number]): (value: number) => readonly number[] {
  const { apply } = Plot.scale({ color: { type: 'linear', scheme: 'viridis', domain: [0, 255] } });
  const levels = Array.from({ length: 256 }, (_, i) => {
    const hex = Number.parseInt(String(apply(i)).slice(1), 16);
    return [hex >> 16, (hex >> 8) & 255, hex & 255].map((level) => level / 255);
  });
  return (value) => levels[Math.round((255 * (value - low)) / (high - low))]!;
}

/** The scale itself, with a mark at one value. */
export function scaleChart(
  [low, high]: readonly [number, number],
  label: string,
  mark: { at: number; name: string },
): Html {
  const steps = Array.from({ length: 64 }, (_, i) => low + ((high - low) * i) / 64);
  const within = mark.at >= low && mark.at <= high;
  return draw(`Colour scale: ${label}, from ${low.toPrecision(2)} to ${high.toPrecision(2)}.`, {
    height: 66,
    marginTop: 18,
    marginBottom: 34,
    marginLeft: 20,
    marginRight: 20,
    x: { domain: [low, high], label, ticks: 5, labelAnchor: 'center', labelArrow: 'none' },
    y: { axis: null },
    color: { type: 'linear', scheme: 'viridis', domain: [low, high] },
    marks: [
      Plot.rectY(steps, {
        x1: (x: number) => x,
        x2: (x: number) => x + (high - low) / 64,
        y1: 0,
        y2: 1,
        fill: (x: number) => x + (high - low) / 128,
        inset: -0.3,
      }),
      Plot.ruleX(within ? [mark.at] : [], { strokeWidth: 2, stroke: 'var(--surface)' }),
      Plot.text(within ? [mark.at] : [], {
        x: (x: number) => x,
        text: () => mark.name,
        frameAnchor: 'top',
        dy: -15,
      }),
    ],
  });
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
