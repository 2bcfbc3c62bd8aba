import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, launch } from './chromium.js';
import { measureContrast } from './contrast.js';

// Ratios as WebAIM's contrast checker has them.
const page = `<body style="background: #fff; font: 16px sans-serif">
  <p style="color: #000">black</p>
  <p style="color: #767676">enough</p>
  <p style="color: #777">too faint</p>
  <p style="color: #777; font-size: 24px">large</p>
  <div style="background: #000; opacity: 1"><p style="color: rgb(255 255 255 / 50%)">half of white</p></div>
  <div style="background: #000"><div style="background: rgb(255 255 255 / 50%)"><p style="color: #fff">on half</p></div></div>
  <p style="opacity: 0.5; color: #000">half of black</p>
  <button disabled style="color: #ddd">disabled</button>
  <p hidden style="color: #fff">hidden</p>
  <input value="typed" aria-label="field" style="color: #eee; background: #fff">
  <svg width="60" height="20"><text y="15" fill="#ccc">drawn</text></svg>
</body>`;

describe.skipIf(!chromiumPath)('measureContrast', () => {
  let browser: Awaited<ReturnType<typeof launch>>;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  test('finds text that is too faint, whatever makes it so, and nothing else', async () => {
    const shown = await browser.newPage();
    await shown.setContent(page);
    const { measured, faint } = await measureContrast(shown);
    // All but what is disabled and what is hidden, in light and in dark.
    expect(measured).toBe(18);
    const told = faint.map(({ text, ratio }) => [text, ratio.toFixed(2)]);
    const expected = [
      ['too faint', '4.48'],
      ['on half', '3.98'],
      ['half of black', '3.98'],
      ['typed', '1.16'],
      ['drawn', '1.61'],
    ];
    expect(told).toEqual([...expected, ...expected]);
  });
});
