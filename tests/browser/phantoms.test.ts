import { phantom } from '@diff/datasets/phantom';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launch, runInPage } from '../support/chromium.js';

const kinds = ['fundus', 'thyroid', 'skin', 'lung'] as const;
type Drawn = { id: string; pixels: number[]; masks: number[][] };

describe.skipIf(!chromiumPath)('@diff/datasets/phantom in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  it('draws what it draws in Node, from the built package', async () => {
    const program = `
      import { phantom } from '@diff/datasets/phantom';
      const drawn = [];
      for (const kind of ${JSON.stringify(kinds)}) {
        for await (const { id, image, annotations } of phantom(kind, { cases: 2, size: 32, seed: 3 }).cases()) {
          const masks = Object.values(annotations).flatMap((by) => Object.values(by).map((mask) => [...mask]));
          drawn.push({ id, pixels: [...image.data].map((value) => Math.round(255 * value)), masks });
        }
      }
      globalThis.done(drawn);
    `;
    const inPage = (await runInPage(browser, program)) as Drawn[];
    expect(inPage).toHaveLength(8);
    for (const kind of kinds) {
      for await (const { id, image, annotations } of phantom(kind, { cases: 2, size: 32, seed: 3 }).cases()) {
        const there = inPage.find((one) => one.id === id)!;
        const masks = Object.values(annotations).flatMap((by) => Object.values(by));
        // The exponential function differs in the last bit between versions of V8: a grey level may round the other way.
        const apart = [...image.data].map((value, i) => Math.abs(Math.round(255 * value) - there.pixels[i]!));
        expect(Math.max(...apart)).toBeLessThanOrEqual(1);
        expect(apart.filter((steps) => steps > 0).length).toBeLessThan(apart.length / 100);
        expect(there.masks).toEqual(masks.map((mask) => [...mask]));
      }
    }
  });
});
