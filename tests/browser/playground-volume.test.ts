import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeNifti, encodeNifti } from '@diff/datasets/browser';
import { meanVote } from '@diff/fusion';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath } from '../support/chromium.js';
import { measureContrast } from '../support/contrast.js';
import { type Playground, startPlayground } from '../support/playground.js';

const SIDE = 16;
const DEPTH = 8;
const extent = { width: SIDE, height: SIDE, depth: DEPTH };
/** Millimetres, with the first axis to the left, as scanners have it. */
const affine = [-1, 0, 0, 8, 0, 1, 0, -8, 0, 0, 2, -8, 0, 0, 0, 1];

/** A box around the middle, on the slices from 2 to 5. */
function box(side: number): Uint8Array {
  const from = (SIDE - side) / 2;
  const isIn = (at: number) => at >= from && at < from + side;
  return Uint8Array.from({ length: SIDE * SIDE * DEPTH }, (_, i) => {
    const [x, y, z] = [i % SIDE, Math.floor(i / SIDE) % SIDE, Math.floor(i / SIDE / SIDE)];
    return Number(isIn(x) && isIn(y) && z >= 2 && z < 6);
  });
}
const raters = { anna: box(4), ben: box(8), chris: box(12) };
const image = Float32Array.from({ length: SIDE * SIDE * DEPTH }, (_, i) => 100 + 40 * Math.sin(i / 7));

describe.skipIf(!chromiumPath)('a volume in the playground', { timeout: 60_000 }, () => {
  let playground: Playground;
  let files: { name: string; mimeType: string; buffer: Buffer }[];

  beforeAll(async () => {
    playground = await startPlayground();
    files = await Promise.all(
      Object.entries({ ...raters, scan: image }).map(async ([name, values]) => ({
        name: `${name}.nii.gz`,
        mimeType: 'application/gzip',
        buffer: Buffer.from(await encodeNifti(values, { ...extent, affine })),
      })),
    );
  }, 120_000);
  afterAll(() => playground?.close());

  const space = (page: Page) => page.getByRole('region', { name: 'In space' });
  const canvas = (page: Page) => space(page).locator('canvas');
  const choose = (page: Page, label: string, option: string) =>
    space(page).getByRole('combobox', { name: label, exact: true }).selectOption({ label: option });
  const threshold = (page: Page, value: string) =>
    page.getByRole('slider', { name: 'Inside is what is above' }).fill(value);

  async function open(page: Page, some = files) {
    await page.locator('#files').setInputFiles(some);
    await page.getByRole('status').filter({ hasText: '16 × 16 × 8 voxels' }).waitFor();
    await page.locator('section[aria-busy="false"] canvas').waitFor();
  }

  /** How many of 16 × 16 voxels of the slice that fills the canvas' height are of a colour. */
  async function voxelsOf(page: Page, isOf: (red: number, green: number, blue: number) => boolean) {
    const { data, info } = await sharp(await canvas(page).screenshot())
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    let count = 0;
    for (let i = 0; i < data.length; i += 3) if (isOf(data[i]!, data[i + 1]!, data[i + 2]!)) count++;
    return (count * SIDE * SIDE) / info.height ** 2;
  }
  const orange = (page: Page) => voxelsOf(page, (red, _, blue) => red > blue + 40);

  async function pictures(page: Page, name: string) {
    if (!process.env.DIFF_SCREENSHOTS) return;
    for (const width of [390, 1280])
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme });
        await page.waitForTimeout(500);
        const path = join(process.env.DIFF_SCREENSHOTS, `${name}-${width}-${colorScheme}.png`);
        await space(page).screenshot({ path });
      }
  }

  test('NiiVue is loaded when a volume is opened, and asks nothing of another host', async () => {
    const isNiivue = (file: string) => /\/scene-.*\.js$/.test(file);
    playground.served.length = 0;
    await playground.visit(async (page) => {
      await page.locator('.alpha').waitFor();
      expect(playground.served.filter(isNiivue)).toEqual([]);
      await open(page);
      expect(playground.served.filter(isNiivue)).toHaveLength(1);
      for (const width of [390, 1280]) {
        await page.setViewportSize({ width, height: 900 });
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
        expect((await canvas(page).boundingBox())!.width).toBeGreaterThan(300);
      }
      expect((await measureContrast(page)).faint).toEqual([]);
      await pictures(page, 'volume');
      // Another case has another scene, a phantom none.
      await open(page, files.slice(0, 2));
      expect(await canvas(page).count()).toBe(1);
      await page.getByRole('button', { name: 'Back to phantoms' }).click();
      await space(page).waitFor({ state: 'detached' });
    }, '#size=64');
  });

  test('what is above the threshold is orange, by every fusion', () =>
    playground.visit(async (page) => {
      await open(page, files.slice(0, 3));
      await choose(page, 'View', 'axial');
      await choose(page, 'Shown', 'the fusion');
      await choose(page, 'Fused by', 'Mean vote');
      // Edges are smoothed between voxels.
      const near = (area: number) => (shown: number) => Math.abs(shown - area) < 0.12 * area + 2;
      for (const [value, side] of [
        ['0.5', 8],
        ['0.2', 12],
        ['0.7', 4],
      ] as const) {
        await threshold(page, value);
        await expect.poll(() => orange(page), { timeout: 20_000 }).toSatisfy(near(side * side));
      }
      await choose(page, 'Fused by', 'Majority vote');
      await expect.poll(() => orange(page), { timeout: 20_000 }).toSatisfy(near(64));
      // The slices beyond the boxes have nothing.
      await page.getByRole('slider', { name: 'Slice' }).press('Home');
      await expect.poll(() => orange(page), { timeout: 20_000 }).toBe(0);
    }, ''));

  test('by keyboard one comes to the volume, sees it, and moves in it', () =>
    playground.visit(async (page) => {
      await open(page);
      await space(page).getByRole('combobox', { name: 'Fused by' }).focus();
      await page.keyboard.press('Tab');
      const frame = space(page).locator('.space');
      expect(await frame.evaluate((one) => getComputedStyle(one).outlineStyle)).toBe('solid');
      const before = await canvas(page).screenshot();
      await page.keyboard.press('h');
      await expect.poll(async () => before.equals(await canvas(page).screenshot())).toBe(false);
    }, ''));

  test('raters have their colours, and are gone where they are not heard', () =>
    playground.visit(async (page) => {
      await open(page, files.slice(0, 3));
      await choose(page, 'View', 'axial');
      await choose(page, 'Shown', 'the raters');
      const seen = (page: Page) => voxelsOf(page, (red, green, blue) => Math.max(red, green, blue) > 25);
      await expect.poll(() => seen(page), { timeout: 20_000 }).toBeGreaterThan(130);
      await page.getByRole('checkbox', { name: 'chris' }).uncheck();
      await expect.poll(() => seen(page), { timeout: 20_000 }).toBeLessThan(110);
    }, ''));

  test('the fused volume is saved, where the files lie', () =>
    playground.visit(async (page) => {
      await open(page);
      await page.getByRole('combobox', { name: 'Fusion', exact: true }).selectOption('Mean vote');
      const get = async (label: string) => {
        const [download] = await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('button', { name: label, exact: true }).click(),
        ]);
        return decodeNifti(new Uint8Array(readFileSync(await download.path())), { volume: true });
      };
      const mean = meanVote(Object.values(raters));
      const [mask, degrees] = [await get('Mask, NIfTI'), await get('Degrees, NIfTI')];
      expect(mask.data).toEqual(Float32Array.from(mean, (value) => Number(value > 0.5)));
      expect(degrees.data).toEqual(Float32Array.from(mean));
      for (const saved of [mask, degrees]) expect(saved).toMatchObject({ depth: DEPTH, affine });
    }, ''));

  test('without WebGL a sentence says so, and the slices are there', () =>
    playground.visit(async (page) => {
      await page.evaluate(() => {
        HTMLCanvasElement.prototype.getContext = new Proxy(HTMLCanvasElement.prototype.getContext, {
          apply: (get, canvas, [kind, ...rest]) =>
            kind === 'webgl2' ? null : Reflect.apply(get, canvas, [kind, ...rest]),
        });
      });
      await page.locator('#files').setInputFiles(files);
      await page.getByText('The volume cannot be shown in space: this browser has no WebGL 2.').waitFor();
      expect(await page.getByText('Slice 5 of 8').count()).toBe(1);
    }, ''));
});
