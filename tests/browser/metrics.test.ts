import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launch, runInPage } from '../support/chromium.js';

describe.skipIf(!chromiumPath)('@diff/metrics in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  it('gives the numbers that it gives in Node, from the built package', async () => {
    const program = `
      import * as metrics from '@diff/metrics';
      const labels = [0, 0, 1, 0, 1, 1, 0, 1];
      const scores = Float32Array.of(1, 2, 3, 4, 5, 5, 5, 8);
      const prediction = Float32Array.of(0.05, 0.2, 0.6, 0.95);
      const reference = Uint8Array.of(0, 0, 1, 1);
      let message;
      try {
        metrics.rocAuc([1, 1], [0, 1]);
      } catch (error) {
        message = String(error);
      }
      globalThis.done({
        softDice: metrics.softDice(prediction, reference),
        hausdorff: metrics.hausdorff(prediction, reference, { shape: [2, 2], spacing: [3, 4], percentile: 100, threshold: 0.1 }),
        rocAuc: metrics.rocAuc(labels, scores),
        delong: metrics.delong(labels, scores),
        alpha: metrics.krippendorffAlpha([[1, 2, 3, 3], [1, 2, 3, NaN], [1, 3, 3, 3]], { metric: 'interval' }),
        interval: metrics.bootstrap([labels, scores], metrics.rocAuc, { strata: labels, seed: 5, resamples: 200 }).interval,
        message,
      });
    `;
    const inPage = await runInPage(browser, program);
    const metrics = await import('@diff/metrics');
    const labels = [0, 0, 1, 0, 1, 1, 0, 1];
    const scores = [1, 2, 3, 4, 5, 5, 5, 8];
    const delong = metrics.delong(labels, scores);
    expect(inPage).toEqual({
      // above 0.1: 3 and 2, both 2; then 2 and 2 twice; above 0.5 and 0.7: 2 and 1 of 2
      softDice: (4 / 5 + 1 + 1 + 2 / 3 + 2 / 3) / 5,
      // from the upper right pixel one row down
      hausdorff: 3,
      rocAuc: metrics.rocAuc(labels, scores),
      // the exponential function differs in the last bit between versions of V8
      delong: { ...delong, interval: [expect.closeTo(delong.interval[0], 10), delong.interval[1]] },
      alpha: metrics.krippendorffAlpha(
        [
          [1, 2, 3, 3],
          [1, 2, 3, Number.NaN],
          [1, 3, 3, 3],
        ],
        { metric: 'interval' },
      ),
      interval: metrics.bootstrap([labels, scores], metrics.rocAuc, {
        strata: labels,
        seed: 5,
        resamples: 200,
      }).interval,
      message: 'RangeError: rocAuc: labels hold no negative case (0)',
    });
  });
});
