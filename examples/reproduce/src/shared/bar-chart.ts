import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { meanInterval } from '@diff/metrics';
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

/** One bar: the mean of some scores, with Student's 95 % interval where there are two or more. */
export interface Bar {
  /** Where it stands: a panel beside others, and a row of panels. */
  panel: string;
  row?: string;
  /** Which of the panel's bars it is. */
  name: string;
  /** By seed, in [0, 1]. */
  values: readonly number[];
}

/** What the scores are, and where bars begin. */
export interface Scale {
  label: string;
  base: number;
}

/** AUCs, from chance. */
const auc: Scale = { label: 'AUC', base: 0.5 };
const [BAR, GAP, LEFT, HEIGHT, HEAD] = [13, 14, 46, 190, 24];
/** Of letters, about; the longest name decides the room under the bars. */
const LETTER = 6;
/** Apart in lightness as well, so that neighbours differ without colour (after Okabe & Ito 2008). */
const COLOURS = ['#4a4a4a', '#e69f00', '#56b4e9', '#009e73', '#d9c736', '#0072b2', '#d55e00', '#cc79a7'];

/**
 * Scores as bars from a base, upwards or down, with their intervals: an SVG document that needs nothing but itself. Panels stand side
 * by side, bars in each in the same order and colour.
 *
 * @param title What it shows, for who cannot see it.
 * @param scale Default: AUCs, from 0.5.
 */
export function barChart(title: string, bars: readonly Bar[], { label, base }: Scale = auc): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const distinct = (of: (bar: Bar) => string) => [...new Set(bars.map(of))];
  const [panels, names, rows] = [
    distinct((b) => b.panel),
    distinct((b) => b.name),
    distinct((b) => b.row ?? ''),
  ];
  const shown = bars.map(({ panel, name, values, row = '' }) => {
    const { mean, margin } = values.length > 1 ? meanInterval(values) : { mean: values[0]!, margin: 0 };
    const held = (value: number) => Math.min(1, Math.max(0, value));
    return { panel, name, row, mean, low: held(mean - margin), high: held(mean + margin) };
  });
  const under = LETTER * Math.max(...names.map((name) => name.length)) + 16;
  const lowest = Math.min(base, ...shown.map(({ low }) => low));
  const place = { fx: 'panel', x: 'name', ...(rows.length > 1 && { fy: 'row' }) } as const;
  const svg = Plot.plot({
    document: document as unknown as Document,
    width: LEFT + panels.length * (names.length * BAR + GAP) + (rows.length > 1 ? 70 : 10),
    height: HEAD + rows.length * HEIGHT + under,
    ...{ marginLeft: LEFT, marginTop: HEAD, marginBottom: under, marginRight: rows.length > 1 ? 70 : 10 },
    style: { background: 'white', color: '#1f2328', fontFamily: 'sans-serif', fontSize: '11px' },
    fx: { domain: panels, label: null, padding: 0.08 },
    fy: { domain: rows, label: null },
    x: { domain: names, label: null, tickRotate: -90, tickSize: 0, padding: 0.15 },
    y: { domain: [Math.floor(10 * lowest) / 10, 1], label, grid: true, ticks: 5 },
    color: { domain: names, range: names.map((_, i) => COLOURS[i % COLOURS.length]!) },
    marks: [
      Plot.rectY(shown, { ...place, y1: base, y2: 'mean', fill: 'name' }),
      Plot.ruleX(shown, { ...place, y1: 'low', y2: 'high', stroke: '#1f2328', strokeWidth: 1.2 }),
      Plot.ruleY([base], { stroke: '#1f2328' }),
    ],
  });
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', title);
  return svg.outerHTML;
}

/** Draws a chart into a file; what a page shows of it, or where there is no page its path. */
export function drawBars(
  path: string,
  title: string,
  bars: readonly Bar[],
  onPage: boolean,
  scale?: Scale,
): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, barChart(title, bars, scale));
  return onPage ? `![${title}](${path.slice(path.lastIndexOf('/') + 1)})` : path;
}
