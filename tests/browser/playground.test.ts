import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { useBackend } from '@diff/backend';
import { encodePng } from '@diff/datasets';
import { decodeNifti, decodeOutlines, encodeCoco, encodeGeoJson, encodeNifti } from '@diff/datasets/browser';
import { meanVote, staple } from '@diff/fusion';
import { softDice } from '@diff/metrics';
import '@diff/tg-model';
import * as tf from '@tensorflow/tfjs-core';
import '@diff/networks';
import { deserializeModel, freeze } from '@diff/train';
import type { Browser, Download, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Agreement, agreementOf } from '../../examples/playground/src/agreement.js';
import { type PhantomSettings, phantomOf } from '../../examples/playground/src/cases/phantom-of.js';
import { type FitState, fitSteps } from '../../examples/playground/src/diagnosis/fit.js';
import { ITERATIONS } from '../../examples/playground/src/diagnosis/iterations.js';
import { fuseAll, methods } from '../../examples/playground/src/fusions.js';
import { panelOf } from '../../examples/playground/src/panel.js';
import { takeAndGiveTraining } from '../../examples/playground/src/training/training.js';
import { chromiumPath, launch, root } from '../support/chromium.js';
import { measureContrast } from '../support/contrast.js';
import { type PageOptions, type Playground, startPlayground } from '../support/playground.js';

/** Bytes that a first visit may take, packed: without TensorFlow.js. */
const FIRST_LOAD = 150_000;
const asked: PhantomSettings = { kind: 'fundus', seed: 1, index: 3, size: 64 };
const hash = '#index=3&size=64';

/** What the page must say of masks, from the packages as Node runs them. */
function expectedOf(masks: readonly Uint8Array[], shape: readonly number[], threshold = 0.5) {
  const { maps } = fuseAll(masks, shape, 'everywhere');
  const above = (map: ArrayLike<number>) => Array.from(map).filter((value) => value > threshold).length;
  return {
    agreement: agreementOf(masks, maps.STAPLE),
    staple: staple(masks),
    pixels: Object.fromEntries(methods.map((method) => [method, above(maps[method])])),
  };
}

describe.skipIf(!chromiumPath)('the playground in Chromium', { timeout: 60_000 }, () => {
  let playground: Playground;
  let panel: Awaited<ReturnType<typeof phantomPanel>>;
  const phantomPanel = async () => panelOf(await phantomOf(asked), 'cup', []);

  beforeAll(async () => {
    playground = await startPlayground();
    panel = await phantomPanel();
  }, 120_000);
  afterAll(() => playground?.close());

  const visit = (look: (page: Page) => Promise<void>, at = hash, options?: PageOptions) =>
    playground.visit(look, at, options);

  const compared = (page: Page) => page.locator('.alpha').waitFor();
  const alert = (page: Page) => page.getByRole('alert');
  const card = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
  /** The cells of the rows of a table's body, without the rows' heads. */
  const cellsOf = (page: Page, label: string) =>
    page
      .locator(`[aria-label="${label}"] tbody tr`)
      .evaluateAll((rows) =>
        rows.map((row) => Array.from(row.querySelectorAll('td'), (cell) => cell.textContent ?? '')),
      );
  const pixelsOf = (page: Page) =>
    page
      .locator('.tiles figcaption')
      .evaluateAll((captions) =>
        Object.fromEntries(
          captions.map((caption) => [
            caption.querySelector('strong')!.textContent,
            Number(caption.querySelector('span')!.textContent!.replace(/\D/g, '')),
          ]),
        ),
      );
  const openFiles = (page: Page, files: Record<string, Uint8Array | string>) =>
    page.locator('#files').setInputFiles(
      Object.entries(files).map(([name, content]) => ({
        name,
        mimeType: 'application/octet-stream',
        buffer: Buffer.from(content as string),
      })),
    );

  async function expectContrast(page: Page) {
    const { measured, faint } = await measureContrast(page);
    expect(measured).toBeGreaterThan(50);
    expect(faint).toEqual([]);
  }

  async function expectTables(page: Page, masks: readonly Uint8Array[], shape: readonly number[]) {
    const expected = expectedOf(masks, shape);
    const { estimate, interval } = expected.agreement.alpha!;
    const alpha = `Krippendorff's α ${estimate.toFixed(3)} [${interval.map((bound) => bound.toFixed(3)).join(', ')}]`;
    await page.locator('.alpha').filter({ hasText: alpha }).waitFor();
    expect(await pixelsOf(page)).toEqual(expected.pixels);
    const shown = (matrix: Agreement['kappa']) =>
      matrix.map((row, i) => row.map((value, j) => (i === j ? '' : (value?.toFixed(2) ?? '–'))));
    expect(await cellsOf(page, 'Dice coefficient of every two')).toEqual(shown(expected.agreement.dice));
    expect(await cellsOf(page, "Cohen's κ of every two")).toEqual(shown(expected.agreement.kappa));
    expect(await cellsOf(page, 'Each rater against STAPLE')).toEqual(
      expected.agreement.ranks.map(({ sensitivity, specificity, dice, standardError }) => [
        ...[sensitivity, specificity].map((value) => value.toFixed(3)),
        `${dice.toFixed(3)} ± ${standardError.toFixed(3)}`,
      ]),
    );
    const { sensitivity, specificity } = expected.staple;
    expect(await cellsOf(page, 'Sensitivity and specificity of each rater')).toEqual(
      sensitivity.map((value, i) => [value.toFixed(3), specificity[i]!.toFixed(3)]),
    );
  }

  test('a first visit takes less than 150 kB, packed, with the workers', async () => {
    playground.served.length = 0;
    await visit(compared);
    const { dist, served } = playground;
    const bytes = served.reduce((sum, file) => sum + gzipSync(readFileSync(join(dist, file))).length, 0);
    console.log(`first visit: ${(bytes / 1000).toFixed(1)} kB in ${served.length} files`);
    expect(served.length).toBeGreaterThan(3);
    expect(bytes).toBeLessThan(FIRST_LOAD);
    expect(served.filter((name) => /wasm|safetensors|(?:fit|training)-worker/.test(name))).toEqual([]);
  });

  test('of a phantom it shows what the packages say in Node, and as few raters as one hears', () =>
    visit(async (page) => {
      const masks = panel.raters.map(({ mask }) => mask);
      await expectTables(page, masks, panel.shape);
      await page.getByRole('checkbox', { name: 'R3' }).uncheck();
      await expectTables(
        page,
        masks.filter((_, i) => panel.raters[i]!.name !== 'R3'),
        panel.shape,
      );
      for (const { name } of panel.raters.slice(1))
        await page.getByRole('checkbox', { name }).setChecked(false);
      await page
        .getByRole('status')
        .filter({ hasText: /^1 rater's mask of the cup/ })
        .waitFor();
      await page.getByRole('checkbox', { name: panel.raters[0]!.name }).uncheck();
      await page.getByRole('status').filter({ hasText: 'No rater is heard: choose one or more.' }).waitFor();
    }));

  test('an address shows what it was taken from; what it says wrong is named', async () => {
    let link = '';
    await visit(async (page) => {
      await page.getByLabel('Phantom').selectOption('skin');
      await page.getByRole('checkbox', { name: 'R2' }).uncheck();
      await page.getByRole('slider', { name: 'Inside is what is above' }).fill('0.3');
      await page.getByLabel('STAPLE judges raters').selectOption('disputed');
      await page.getByLabel('Close up').uncheck();
      await page.getByRole('button', { name: 'Next case' }).click();
      await page.waitForURL(/index=4/);
      link = new URL(page.url()).hash;
    });
    expect(Object.fromEntries(new URLSearchParams(link.slice(1)))).toEqual({
      ...{
        kind: 'skin',
        index: '4',
        size: '64',
        threshold: '0.3',
        judge: 'disputed',
        view: 'image',
        without: 'R2',
      },
    });
    const skin = panelOf(await phantomOf({ ...asked, kind: 'skin', index: 4 }), '', []);
    const masks = skin.raters.filter(({ name }) => name !== 'R2').map(({ mask }) => mask);
    const { maps } = fuseAll(masks, skin.shape, 'disputed');
    await visit(async (page) => {
      await compared(page);
      expect(await page.getByRole('checkbox', { name: 'R2' }).isChecked()).toBe(false);
      expect((await pixelsOf(page)).STAPLE).toBe(
        Array.from(maps.STAPLE).filter((value) => value > 0.3).length,
      );
      await page.evaluate(() => {
        location.hash = '#size=1000&kind=lung';
      });
      await alert(page)
        .filter({ hasText: 'The address says size=1000, expected one of 64, 128, 256, 512.' })
        .waitFor();
      await page.getByRole('status').filter({ hasText: 'nodule, 256 × 256' }).waitFor();
    }, link);
  });

  test('masks and outlines of any format give the same STAPLE as in Node', async () => {
    const size = { width: 64, height: 64 };
    const masks = panel.raters.slice(0, 4).map(({ mask }) => mask);
    const [anna, ben, chris, dora] = masks as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
    const png = (mask: Uint8Array) => encodePng({ data: Float32Array.from(mask), channels: 1, ...size });
    const { image } = await phantomOf(asked);
    // The mask within its box, as LabelMe keeps it.
    const packed = Buffer.from(await png(dora)).toString('base64');
    const shape = {
      label: 'cup',
      shape_type: 'mask',
      mask: packed,
      points: [
        [0, 0],
        [63, 63],
      ],
    };
    const labelMe = { imagePath: 'eye.png', imageWidth: 64, imageHeight: 64, shapes: [shape] };
    await visit(async (page) => {
      await openFiles(page, { 'anna.png': await png(anna), 'ben.nii.gz': await encodeNifti(ben, size) });
      await page.getByText('anna.png and others').waitFor();
      await expectTables(page, [anna, ben], [64, 64]);
      await openFiles(page, {
        'eye.png': await encodePng(image),
        'anna.json': encodeCoco([{ file: 'eye.png', ...size, masks: { cup: anna } }]),
        'ben.geojson': encodeGeoJson({ cup: ben }, size),
        'chris.nii': await encodeNifti(chris, size),
        'dora.json': JSON.stringify(labelMe),
      });
      await page.getByText('eye.png and others').waitFor();
      expect(await page.locator('.raters label').allTextContents()).toEqual(['chris', 'anna', 'ben', 'dora']);
      await expectTables(page, [chris, anna, ben, dora], [64, 64]);
      // Nothing of them is in the address.
      await page.waitForURL(({ hash }) => hash === '');
      await page.getByRole('button', { name: 'Back to phantoms' }).click();
      await page
        .getByRole('status')
        .filter({ hasText: `${panel.raters.length} raters' masks of the cup` })
        .waitFor();
    });
  });

  test('a volume is fused whole, and looked through slice by slice', async () => {
    const [first, second] = panel.raters.map(({ mask }) =>
      Uint8Array.from([...mask, ...mask, ...new Uint8Array(4096)]),
    );
    const volumes = [first!, second!];
    await visit(async (page) => {
      const extent = { width: 64, height: 64, depth: 3 };
      await openFiles(page, {
        'a.nii.gz': await encodeNifti(first!, extent),
        'b.nii': await encodeNifti(second!, extent),
      });
      await page.getByRole('status').filter({ hasText: '64 × 64 × 3 voxels' }).waitFor();
      await expectTables(page, volumes, [3, 64, 64]);
      const slider = page.getByRole('slider', { name: 'Slice' });
      await slider.press('Home');
      expect(await page.getByText('Slice 1 of 3').count()).toBe(1);
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Degrees, NIfTI' }).click(),
      ]);
      const { data, depth } = await decodeNifti(new Uint8Array(readFileSync(await download.path())), {
        volume: true,
      });
      expect(depth).toBe(3);
      expect(data).toEqual(Float32Array.from(staple(volumes).probability));
    });
  });

  test('what cannot be read ends in one sentence, and leaves the page as it is', () =>
    visit(async (page) => {
      await compared(page);
      const before = await pixelsOf(page);
      const bad: [Record<string, Uint8Array | string>, RegExp][] = [
        [
          { 'notes.txt': 'hello' },
          /^notes\.txt cannot be read \(.*\), expected PNG, NIfTI, or outlines of COCO/,
        ],
        [
          { 'a.png': Buffer.from('89504e470d0a1a0a00', 'hex') },
          /^a\.png cannot be read \(.*\), expected PNG/,
        ],
        [{ 'a.json': '{"a": 1}' }, /^a\.json cannot be read \(JSON of none of the formats COCO/],
        [
          { 'a.nii.gz': Buffer.from('1f8b00', 'hex') },
          /^a\.nii\.gz cannot be read \(.*\), expected PNG, NIfTI/,
        ],
        [
          { 'a.geojson': encodeGeoJson({ cup: [1] }, { width: 1, height: 1 }) },
          /^a\.geojson does not say how large/,
        ],
      ];
      for (const [files, sentence] of bad) {
        await openFiles(page, files);
        await alert(page)
          .filter({ hasText: Object.keys(files)[0]! })
          .filter({ hasText: 'expected' })
          .waitFor();
        expect(await alert(page).textContent()).toMatch(sentence);
        expect(await pixelsOf(page)).toEqual(before);
      }
    }));

  test('a visitor draws with the mouse and by keyboard, erases, and takes it back', () =>
    visit(async (page) => {
      await compared(page);
      const you = page.getByRole('checkbox', { name: 'You' });
      const canvas = card(page, "Everybody's outline").locator('canvas');
      const drag = async (from: number, to: number) => {
        await canvas.evaluate((one) => one.scrollIntoView({ block: 'center' }));
        const { x, y, width, height } = (await canvas.boundingBox())!;
        const corners = [
          [from, from],
          [to, from],
          [to, to],
          [from, to],
          [from, from],
        ];
        for (const [k, [u, v]] of corners.entries()) {
          await page.mouse.move(x + u! * width, y + v! * height, { steps: 5 });
          if (k === 0) await page.mouse.down();
        }
        await page.mouse.up();
      };
      const take = async (tool: string) => {
        await page.getByRole('button', { name: tool }).click();
        await page.getByRole('button', { name: tool, pressed: true }).waitFor();
      };
      await page.getByLabel('Close up').uncheck();
      expect(await you.count()).toBe(0);
      await drag(0.25, 0.75);
      expect(await you.count()).toBe(0);
      await take('Draw');
      await drag(0.25, 0.75);
      await you.waitFor();
      const square = new Uint8Array(64 * 64);
      for (let y = 16; y < 48; y++) square.fill(1, y * 64 + 16, y * 64 + 48);
      const masks = panel.raters.map(({ mask }) => mask);
      await expectTables(page, [...masks, square], panel.shape);
      await take('Erase');
      await drag(0.25, 0.5);
      for (let y = 16; y < 32; y++) square.fill(0, y * 64 + 16, y * 64 + 32);
      await expectTables(page, [...masks, square], panel.shape);
      await page.getByRole('button', { name: 'Undo' }).click();
      await page.getByRole('button', { name: 'Undo' }).click();
      expect(await you.count()).toBe(0);
      await expectTables(page, masks, panel.shape);
      // From the middle: left and up, then a triangle of 8 by 8 pixels.
      await take('Draw');
      await canvas.focus();
      for (const key of [
        'Space',
        'Shift+ArrowRight',
        'Shift+ArrowRight',
        'Space',
        'Shift+ArrowDown',
        'Shift+ArrowDown',
        'Space',
        'Enter',
      ])
        await page.keyboard.press(key);
      await you.waitFor();
      const triangle = new Uint8Array(64 * 64);
      for (let k = 0; k < 8; k++) triangle.fill(1, (32 + k) * 64 + 32 + k + (k ? 0 : 0), (32 + k) * 64 + 40);
      await compared(page);
      const drawn = (await cellsOf(page, 'Dice coefficient of every two')).at(-1)!;
      const expected = expectedOf([...masks, triangle], panel.shape).agreement.dice.at(-1)!;
      // A pixel whose centre lies on the slope belongs to one side.
      drawn
        .slice(0, -1)
        .forEach((value, i) => expect(Math.abs(Number(value) - expected[i]!)).toBeLessThan(0.06));
    }));

  test('the iterations of STAPLE are played, paused and walked through', () =>
    visit(async (page) => {
      const steps = staple(panel.raters.map(({ mask }) => mask)).iterations;
      const section = card(page, 'STAPLE, step by step');
      const slider = section.getByRole('slider');
      expect(await slider.inputValue()).toBe(String(steps - 1));
      await section.getByRole('button', { name: 'Play' }).click();
      await section.getByText(/Iteration 2 of/).waitFor();
      await section.getByRole('button', { name: 'Pause' }).click();
      const at = await slider.inputValue();
      await page.waitForTimeout(500);
      expect(await slider.inputValue()).toBe(at);
      await slider.press('Home');
      await section.getByText(/Iteration 1 of/).waitFor();
      await section.getByRole('button', { name: 'Play' }).click();
      await section.getByText(', converged').waitFor({ timeout: 20_000 });
      await section.getByRole('button', { name: 'Play' }).waitFor();
    }));

  test('every download is what it says', () =>
    visit(async (page) => {
      await compared(page);
      const fused = fuseAll(
        panel.raters.map(({ mask }) => mask),
        panel.shape,
        'everywhere',
      );
      await page.getByRole('combobox', { name: 'Fusion', exact: true }).selectOption('SIMPLE');
      const get = async (label: string): Promise<[string, Buffer]> => {
        const [download] = (await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('button', { name: label, exact: true }).click(),
        ])) as [Download, undefined];
        return [download.suggestedFilename(), readFileSync(await download.path())];
      };
      const share = fused.maps.SIMPLE;
      const grey = async (png: Buffer) => [...(await sharp(png).toColourspace('b-w').raw().toBuffer())];
      const [maskName, mask] = await get('Mask, PNG');
      expect(maskName).toBe('cup-simple.png');
      expect(await grey(mask)).toEqual(Array.from(share, (value) => (value > 0.5 ? 255 : 0)));
      expect(await grey((await get('Degrees, PNG'))[1])).toEqual(
        Array.from(share, (value) => Math.round(255 * value)),
      );
      const { data } = await decodeNifti(new Uint8Array((await get('Degrees, NIfTI'))[1]));
      expect(data).toEqual(Float32Array.from(share));
      const outlines = decodeOutlines(new Uint8Array((await get('Outlines, GeoJSON'))[1]));
      const drawn = await outlines.images[0]!.draw({ width: 64, height: 64 });
      expect(drawn.map(({ label }) => label)).toEqual([...panel.raters.map(({ name }) => name), 'SIMPLE']);
      expect([...drawn.at(-1)!.mask]).toEqual(Array.from(share, (value) => Number(value > 0.5)));
      const csv = (await get('Numbers, CSV'))[1].toString();
      const { alpha } = expectedOf(
        panel.raters.map(({ mask }) => mask),
        panel.shape,
      ).agreement;
      expect(csv).toContain(`\nKrippendorff's alpha,all,,${alpha!.estimate}\n`);
    }));

  test.each([390, 768, 1280, 1920])(
    'at %i pixels nothing is cut, and all that is worked with has a name',
    (width) =>
      visit(
        async (page) => {
          await compared(page);
          expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
          const nameless = await page
            .locator('button, input:not([hidden]), select, canvas, svg[role]')
            .evaluateAll((all) =>
              all
                .filter((one) => {
                  const own =
                    one.getAttribute('aria-label') ?? (one.tagName === 'BUTTON' ? one.textContent : '');
                  return !own?.trim() && !(one as HTMLInputElement).labels?.[0]?.textContent?.trim();
                })
                .map((one) => one.outerHTML),
            );
          expect(nameless).toEqual([]);
          const across = await page
            .locator('canvas')
            .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().width));
          expect(Math.min(...across)).toBeGreaterThan(100);
          const backgrounds = new Set<string>();
          for (const colorScheme of ['light', 'dark'] as const) {
            await page.emulateMedia({ colorScheme });
            backgrounds.add(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
            if (process.env.DIFF_SCREENSHOTS)
              await page.screenshot({
                path: join(process.env.DIFF_SCREENSHOTS, `playground-${width}-${colorScheme}.png`),
                fullPage: true,
              });
          }
          expect(backgrounds.size).toBe(2);
        },
        hash,
        { viewport: { width, height: 900 } },
      ),
  );

  describe('diagnosis first', () => {
    const at = '#page=diagnosis&index=2&maps=pixels';
    const step = (page: Page) => page.locator('.slider:visible b').textContent().then(Number);
    const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
    const signed = /[−+]\d+\.\d\d/;
    const toldOf = async (page: Page, diagnosis: 0 | 1) => {
      const sentence = page
        .locator('.verdict p')
        .filter({ hasText: `Told “${diagnosis ? 'ill' : 'healthy'}”` });
      return Number(signed.exec((await sentence.textContent())!)![0].replace('−', '-'));
    };

    test('it runs in a worker, stops, goes on, and ends where Node ends; told the opposite, it goes the other way', async () => {
      await useBackend({ prefer: 'wasm' });
      const bytes = readFileSync(join(root, 'examples/playground/src/diagnosis/judge.safetensors'));
      const { model } = await deserializeModel(bytes);
      const judge = freeze(model);
      const one = await phantomOf({ kind: 'fundus', seed: 1, index: 2, size: 64 });
      const truth = one.diagnosis!;
      const opposite = (1 - truth) as 0 | 1;
      const states: FitState[] = [];
      for await (const state of fitSteps(one, opposite, 'pixels', judge)) states.push(state);
      const [start, end] = [states[0]!.logit, states.at(-1)!.logit];
      await visit(async (page) => {
        await page.getByText(`The patient is ${truth ? 'ill' : 'healthy'}.`).waitFor();
        await button(page, 'Start').click();
        await button(page, 'Stop').click({ delay: 300 });
        await button(page, 'Go on').waitFor();
        await page.waitForTimeout(300);
        const stopped = await step(page);
        await page.waitForTimeout(500);
        expect(await step(page)).toBe(stopped);
        expect(stopped).toBeLessThan(ITERATIONS);
        await button(page, 'Go on').click();
        await button(page, 'Start again').waitFor({ timeout: 40_000 });
        expect(await step(page)).toBe(ITERATIONS);
        expect(await page.locator('.warning').count()).toBe(0);

        await page.getByRole('radio', { name: 'which is wrong' }).check();
        expect(await step(page)).toBe(0);
        await button(page, 'Start').click();
        await button(page, 'Start again').waitFor({ timeout: 40_000 });
        const [right, wrong] = [await toldOf(page, truth), await toldOf(page, opposite)];
        expect(Math.abs(wrong - end)).toBeLessThan(0.1);
        expect(Math.sign(right - start)).toBe(truth ? 1 : -1);
        expect(Math.sign(wrong - start)).toBe(truth ? -1 : 1);
        expect(await page.locator('.warning').textContent()).toContain(
          'must never be used to find a diagnosis',
        );
        await expectContrast(page);
        // Both curves are drawn, and any step can be seen again.
        expect(await page.locator('svg:visible .curve').count()).toBe(4);
        const slider = page.locator('.slider:visible input');
        await slider.press('Home');
        expect(await step(page)).toBe(0);
        expect(await page.getByText('1.00 × an equal share').count()).toBe(
          Object.keys(one.annotations.cup!).length,
        );
        for (const width of [390, 768, 1280, 1920]) {
          await page.setViewportSize({ width, height: 900 });
          expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
          if (process.env.DIFF_SCREENSHOTS)
            for (const colorScheme of ['light', 'dark'] as const) {
              await page.emulateMedia({ colorScheme });
              const path = join(process.env.DIFF_SCREENSHOTS, `diagnosis-${width}-${colorScheme}.png`);
              await page.screenshot({ path, fullPage: true });
            }
        }
        // The other page is where it was.
        await button(page, 'Fuse masks').click();
        await page.getByRole('status').filter({ hasText: "raters' masks of the cup" }).waitFor();
      }, at);
      judge.dispose();
    });

    test('a network that cannot be loaded ends in one sentence', async () => {
      const page = await playground.browser.newPage();
      try {
        await page.route('**/*.safetensors', (route) => route.fulfill({ status: 404 }));
        await page.context().route('**/*.safetensors', (route) => route.fulfill({ status: 404 }));
        await page.goto(`${playground.address}${at}`);
        await button(page, 'Start').click();
        await alert(page)
          .filter({ hasText: "The fusion stopped: the network's file: 404, expected it beside the page." })
          .waitFor();
        await button(page, 'Start').waitFor();
      } finally {
        await page.close();
      }
    });
  });

  test('Take and Give is trained in a worker, stops, goes on, and Node loads what is saved', () =>
    visit(async (page) => {
      const button = (name: string) => page.getByRole('button', { name, exact: true });
      const status = page.getByRole('status').filter({ visible: true });
      const dice = page.getByText(/soft Dice with the mean vote/);
      const stop = async () => {
        await button('Stop').click();
        await status.filter({ hasText: 'Stopped after' }).waitFor();
        return Number(/\d+/.exec((await status.textContent())!)![0]);
      };
      const steps = async () =>
        Number(/^Step (\d+)/.exec((await page.getByText(/^Step \d+ of/).textContent())!)![1]);
      await button('Train').click();
      await dice.filter({ hasText: /^After [1-9]/ }).waitFor({ timeout: 40_000 });
      const first = await stop();
      await page.waitForTimeout(500);
      expect(await status.textContent()).toContain(`after ${first} of`);
      await button('Go on').click();
      await expect.poll(steps, { timeout: 40_000 }).toBeGreaterThan(first + 1);
      const second = await stop();
      expect(second).toBeGreaterThan(first);
      await dice.filter({ hasText: `After ${second} steps` }).waitFor();
      expect(await page.locator('.results:visible figure').count()).toBe(6);
      await page.getByText(/^Computed by WebAssembly \(CPU, .*not by WebGPU: /).waitFor();
      await expectContrast(page);
      const said = (await dice.textContent())!;
      const [download] = await Promise.all([page.waitForEvent('download'), button('Save the model').click()]);
      expect(download.suggestedFilename()).toBe('take-and-give.safetensors');
      for (const width of [390, 1280]) {
        await page.setViewportSize({ width, height: 900 });
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
        if (process.env.DIFF_SCREENSHOTS)
          await page.screenshot({
            path: join(process.env.DIFF_SCREENSHOTS, `train-${width}.png`),
            fullPage: true,
          });
      }

      await useBackend({ prefer: 'wasm' });
      const { model, meta } = await deserializeModel(readFileSync(await download.path()));
      const one = await phantomOf({ kind: 'fundus', seed: 1, index: 1, size: 64 });
      const [logits] = [
        model.predict(tf.tensor4d(one.image.data, [1, 64, 64, 3])) as tf.Tensor | tf.Tensor[],
      ].flat();
      const values = tf.sigmoid(logits!).dataSync();
      expect(meta.structures).toEqual(['cup', 'disc']);
      for (const [s, name] of ['cup', 'disc'].entries()) {
        const shown = Number(new RegExp(`${name} (\\d\\.\\d+)`).exec(said)![1]);
        const own = softDice(
          values.filter((_, i) => i % 2 === s),
          meanVote(Object.values(one.annotations[name]!)),
        );
        expect(Math.abs(shown - own)).toBeLessThan(0.01);
      }
    }, '#page=train&index=1'));

  describe('Take and Give in a Chromium whose WebGPU is software', () => {
    let software: Browser;
    beforeAll(async () => {
      software = await launch(['--enable-unsafe-webgpu']);
    });
    afterAll(() => software?.close());
    const engine = (page: Page) => page.locator('.note').filter({ hasText: /Computed by \w+ \(/ });
    const losses = (page: Page) => page.getByText(/^Step \d+ of \d+, loss/);

    async function train(asked: string, look: (page: Page) => Promise<void>, skip: (note: string) => void) {
      const page = await software.newPage();
      const faults: string[] = [];
      page.on('console', (message) => faults.push(message.text()));
      page.on('pageerror', (error) => faults.push(error.message));
      try {
        await page.goto(`${playground.address}#page=train&index=1&engine=${asked}`);
        const isThere = await page.evaluate('navigator.gpu?.requestAdapter().then((one) => !!one)');
        if (!isThere) skip('this Chromium has no WebGPU in software');
        await look(page);
        expect(faults).toEqual([]);
      } finally {
        await page.close();
      }
    }
    const start = (page: Page) => page.getByRole('button', { name: 'Train', exact: true }).click();

    test('the best there is is WebAssembly, and the page says why', ({ skip }) =>
      train(
        'best',
        async (page) => {
          await start(page);
          await losses(page).waitFor({ timeout: 40_000 });
          expect(await engine(page).textContent()).toMatch(
            /^Computed by WebAssembly \(.*\), not by WebGPU: its only device, .*, is software/,
          );
        },
        skip,
      ));

    test('where WebGPU fails, it begins anew by WebAssembly', ({ skip }) =>
      train(
        'webgpu',
        async (page) => {
          let tries = 0;
          await page
            .context()
            .route('**/*.safetensors', (route) => (tries++ ? route.fallback() : route.abort()));
          await start(page);
          await losses(page).waitFor({ timeout: 40_000 });
          expect(await engine(page).textContent()).toMatch(/^WebGPU failed: .+\. Computed by WebAssembly \(/);
        },
        skip,
      ));

    // In software a step takes half a minute.
    test.runIf(process.env.DIFF_LONG)(
      'WebGPU has the losses that WebAssembly has in Node',
      async ({ skip }) => {
        await useBackend({ prefer: 'wasm' });
        const bytes = readFileSync(join(root, 'examples/playground/src/diagnosis/judge.safetensors'));
        const { model: judge } = await deserializeModel(bytes);
        const one = await phantomOf({ kind: 'fundus', seed: 1, index: 1, size: 64 });
        const expected: number[] = [];
        const stop = new AbortController();
        await (await takeAndGiveTraining(judge, one)).go(
          stop.signal,
          (loss) => {
            if (expected.push(loss) === 8) stop.abort();
          },
          () => {},
        );
        await train(
          'webgpu',
          async (page) => {
            await start(page);
            await losses(page)
              .filter({ hasText: /^Step [3-8] / })
              .waitFor({ timeout: 240_000 });
            const [, step, loss] = /^Step (\d+) of .*loss ([\d.]+)/
              .exec((await losses(page).textContent())!)!
              .map(Number);
            console.log(`WebGPU, step ${step}: loss ${loss}, WebAssembly ${expected[step! - 1]}`);
            expect(Math.abs(loss! - expected[step! - 1]!)).toBeLessThan(0.01);
            expect(await engine(page).textContent()).toMatch(/^Computed by WebGPU \(GPU, /);
          },
          skip,
        );
      },
      300_000,
    );
  });

  test('every text can be read against what is behind it, in light and in dark', () =>
    visit(async (page) => {
      await alert(page).filter({ hasText: 'The address says size=1000' }).waitFor();
      await compared(page);
      await expectContrast(page);
    }, '#size=1000'));

  test.each([
    ['fuse', ['Next case', 'Open masks…', 'R1', 'Draw', 'Play', 'Numbers, CSV']],
    ['diagnosis', ['Diagnosis first', 'Case', 'Start']],
    ['train', ['Take and Give', 'Case that is shown', 'Train']],
  ])('a keyboard alone gets everywhere on the page %s, and sees where it is', (name, expected) =>
    visit(async (page) => {
      if (name === 'fuse') await compared(page);
      else await page.locator('button:enabled:visible', { hasText: /^(?:Start|Train)$/ }).waitFor();
      const seen = new Set<string>();
      for (let k = 0; k < 60; k++) {
        await page.keyboard.press('Tab');
        const { name, outline } = await page.evaluate(() => {
          const one = document.activeElement!;
          if (one === document.body) return { name: '', outline: '' };
          const text = one.getAttribute('aria-label') ?? (one as HTMLInputElement).labels?.[0]?.textContent;
          const { outlineStyle, outlineWidth } = getComputedStyle(one);
          return { name: text ?? one.textContent ?? '', outline: `${outlineStyle} ${outlineWidth}` };
        });
        if (name === '' || seen.has(name)) break;
        seen.add(name);
        expect([name, outline]).toEqual([name, 'solid 3px']);
      }
      expect([...seen].map((one) => one.trim())).toEqual(expect.arrayContaining(expected));
    }, `${hash}&page=${name}`),
  );

  test('nothing can be fetched from elsewhere, whatever would try', async () => {
    const page = await playground.browser.newPage();
    try {
      await page.goto(`${playground.address}${hash}`);
      const fetched = page.evaluate(() =>
        fetch('http://127.0.0.1:1/').then(
          () => 'fetched',
          () => 'refused',
        ),
      );
      const refused = page.waitForEvent('console', (message) =>
        /Content Security Policy/.test(message.text()),
      );
      await refused;
      expect(await fetched).toBe('refused');
    } finally {
      await page.close();
    }
  });

  test('how long 512² × 7 masks take to fuse, and frames while dragging (printed)', () =>
    visit(async (page) => {
      const status = page.getByRole('status');
      await status.filter({ hasText: '512 × 512 pixels' }).waitFor();
      const times: number[] = [];
      for (let k = 0; k < 6; k++) {
        await page.getByLabel('STAPLE judges raters').selectOption(k % 2 ? 'everywhere' : 'disputed');
        await page.evaluate(() => new Promise(requestAnimationFrame));
        await page.evaluate(() => new Promise(requestAnimationFrame));
        if (k % 2) times.push(Number(/fused in (\d+) ms/.exec((await status.textContent())!)![1]));
      }
      const slider = page.getByRole('slider', { name: 'Inside is what is above' });
      const { x, y, width, height } = (await slider.boundingBox())!;
      const frames = page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            const start = performance.now();
            let count = 0;
            const next = () => {
              count++;
              const passed = performance.now() - start;
              if (passed < 2000) requestAnimationFrame(next);
              else resolve((1000 * count) / passed);
            };
            requestAnimationFrame(next);
          }),
      );
      await page.mouse.move(x + width / 2, y + height / 2);
      await page.mouse.down();
      const end = Date.now() + 1900;
      for (let k = 0; Date.now() < end; k++)
        await page.mouse.move(x + width * (0.5 + 0.4 * Math.sin(k / 6)), y + height / 2);
      await page.mouse.up();
      console.log(
        `512² × ${panel.raters.length} masks: fused in ${times.join(', ')} ms; ${(await frames).toFixed(0)} frames a second while the threshold is dragged`,
      );
      expect(times).toHaveLength(3);
    }, '#size=512&index=3'));
});
