import { parseHTML } from 'linkedom';
import { expect, it } from 'vitest';
import { barChart } from './bar-chart.js';

it('draws every mean from 0.5 on, to scale, with its interval, in panels and rows', () => {
  const svg = barChart('some AUCs', [
    { row: 'paper', panel: 'dlCat', name: 'MV', values: [0.7, 0.9] },
    { row: 'paper', panel: 'dlCat', name: 'DF-GT', values: [0.9] },
    { row: 'paper', panel: 'noMask', name: 'MV', values: [0.4] },
    { row: 'blind', panel: 'dlCat', name: 'MV', values: [0.6, 0.62] },
  ]);
  const { document } = parseHTML(svg);
  expect(document.querySelector('svg')!.getAttribute('xmlns')).toBe('http://www.w3.org/2000/svg');
  const numbers = (mark: string, attributes: string[]) =>
    Array.from(document.querySelectorAll(mark) as ArrayLike<Element>, (one) =>
      attributes.map((name) => Number(one.getAttribute(name))),
    );
  const bars = numbers('g[aria-label="rect"] rect', ['y', 'height']);
  expect(bars.length).toBe(4);
  // In units of the highest bar, which goes from 0.5 to 0.9.
  const highest = Math.max(...bars.map(([, height]) => height!));
  const heights = bars.map(([, height]) => (0.4 * height!) / highest).sort();
  for (const [i, want] of [0.1, 0.11, 0.3, 0.4].entries()) expect(heights[i]).toBeCloseTo(want, 3);
  // Student's interval of 0.6 and 0.62 is 12.706 · 0.01 to either side; that of 0.7 and 0.9 ends at 0 and 1.
  const rules = numbers('g[aria-label="rule"] line', ['y1', 'y2']).map(
    ([low, high]) => (0.4 * Math.abs(low! - high!)) / highest,
  );
  expect(rules.some((length) => Math.abs(length - 0.2541) < 2e-3)).toBe(true);
  expect(rules.some((length) => Math.abs(length - 1) < 2e-3)).toBe(true);
  for (const text of ['dlCat', 'noMask', 'paper', 'blind', 'MV', 'DF-GT'])
    expect(svg).toContain(`>${text}</text>`);
});
