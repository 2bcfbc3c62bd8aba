import { statSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { root } from '../support/chromium.js';

const of = (name: string) => join(root, 'docs', name);

test('the film of README.md takes 20 seconds, and is light', async () => {
  const { pages, delay = [], width, pageHeight } = await sharp(of('df-gt.webp'), { pages: -1 }).metadata();
  expect(pages).toBeGreaterThan(100);
  expect(delay.reduce((sum, each) => sum + each, 0) / 20_000).toBeCloseTo(1, 1);
  expect(statSync(of('df-gt.webp')).size).toBeLessThan(1_500_000);
  const still = await sharp(of('df-gt-still.webp')).metadata();
  expect([still.width, still.height, still.pages]).toEqual([width, pageHeight, undefined]);
});
