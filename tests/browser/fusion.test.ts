import { staple } from '@diff/fusion';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { largestDifference, noisyPanel } from '../../packages/fusion/src/fixtures/panels.js';
import { chromiumPath, launch, runInPage } from '../support/chromium.js';

const [raters, pixels, seed] = [7, 512 * 512, 1];

describe.skipIf(!chromiumPath)('@diff/fusion in headless Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  test('the built package fuses 7 masks of 512 × 512 with STAPLE, and draws its convergence', async () => {
    const result = (await runInPage(
      browser,
      `import { staple, stapleIterations } from '@diff/fusion';
       import { noisyPanel } from '../packages/fusion/src/fixtures/panels.js';
       const { masks } = noisyPanel(${raters}, ${pixels}, ${seed});
       const { probability, ...rest } = staple(masks);
       const curve = [...stapleIterations(masks)].map(({ sensitivity }) => sensitivity[0]);
       globalThis.done({ probability: [...probability], ...rest, curve, page: location.origin });`,
    )) as ReturnType<typeof staple> & { curve: number[]; page: string };

    const { masks, truth } = noisyPanel(raters, pixels, seed);
    const expected = staple(masks);
    expect(result.page).toBe('http://page.test');
    expect(largestDifference(result.probability, expected.probability)).toBeLessThan(1e-12);
    expect(largestDifference(result.sensitivity, expected.sensitivity)).toBeLessThan(1e-12);
    expect(result).toMatchObject({ iterations: expected.iterations, converged: true });
    expect(result.curve).toHaveLength(expected.iterations);
    const wrong = truth.filter((label, j) => (result.probability[j]! > 0.5 ? 1 : 0) !== label).length;
    expect(wrong / pixels).toBeLessThan(0.02);
  });
});
