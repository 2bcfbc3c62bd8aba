import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CaseResult, Results } from '../../packages/pipeline/src/folder/results.js';
import {
  type FixtureOptions,
  writeRunFolder,
} from '../../packages/pipeline/src/report/fixtures/run-folder.js';
import { writeReport } from '../../packages/pipeline/src/report/report.js';
import { chromiumPath, launch } from '../support/chromium.js';

const runs: Record<string, { options: FixtureOptions; pictures: number; plots: number }> = {
  'two arms, seven raters, two structures': {
    options: { kind: 'fundus', cases: 16, gallery: 2 },
    // By case: image, contours, 4 labels, 2 predictions; image and 7 maps; image and 4 maps.
    pictures: 2 * (8 + 8 + 5),
    // 2 scales, 2 ROC, 2 of reliability, 5 training, worth, time.
    plots: 13,
  },
  'three arms, a rater missing, two rounds, hostile names': {
    options: {
      kind: 'skin',
      cases: 16,
      rounds: 2,
      gallery: 2,
      absent: 'R3',
      name: '<script>document.title = "hacked"</script>',
      idOf: (id, index) => (index ? `${'a-very-long-name-of-a-case'.repeat(4)}-${id}` : '<script>1</script>'),
      config: {
        segmentation: {
          arms: [
            { network: 'T&G', label: 'DF-GT' },
            { network: 'Baseline-Seg', label: 'DF-GT' },
            { network: 'Baseline-Seg', label: 'STAPLE' },
          ],
        },
      },
    },
    // The second case lacks R3's map.
    pictures: 2 * (9 + 5 + 5) - 1,
    plots: 14,
  },
};

describe.skipIf(!chromiumPath)('The report in Chromium', () => {
  let browser: Browser;
  let root: string;
  beforeAll(async () => {
    browser = await launch();
    root = await mkdtemp(join(tmpdir(), 'report-'));
  });
  afterAll(async () => {
    await browser?.close();
    await rm(root, { recursive: true, force: true });
  });

  for (const [name, { options, pictures, plots }] of Object.entries(runs)) {
    describe(name, () => {
      let url: string;
      let results: Results;
      beforeAll(async () => {
        const folder = join(root, options.kind);
        results = await writeRunFolder(folder, options);
        url = pathToFileURL(await writeReport(folder)).href;
      });

      it.each([
        [390, 'light'],
        [768, 'dark'],
        [1280, 'light'],
        [1920, 'dark'],
      ] as const)('is whole at %i pixels, %s', async (width, colorScheme) => {
        const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
        const faults: string[] = [];
        const requests: string[] = [];
        page.on('console', (message) => faults.push(message.text()));
        page.on('pageerror', (error) => faults.push(error.message));
        page.on('request', (request) => requests.push(request.url()));
        await page.goto(url);
        const found = await look(page);
        // A name of a table explains itself, on top of everything.
        const term = page.locator('.found button.term').first();
        await term.click();
        const explanation = page.locator(`#${await term.getAttribute('popovertarget')}`);
        expect(await explanation.isVisible()).toBe(true);
        const { x, width: across } = (await explanation.boundingBox())!;
        expect(x >= 0 && x + across <= width).toBe(true);
        // A table comes as a file.
        const [download] = await Promise.all([
          page.waitForEvent('download'),
          page.locator('a[download="findings.csv"]').click(),
        ]);
        expect(await readFile((await download.path())!, 'utf8')).toMatch(/^group,measure,/);
        await page.close();

        expect(faults).toEqual([]);
        expect(requests.filter((one) => !one.startsWith('data:'))).toEqual([url]);
        expect(found.title).toContain(options.name ?? 'fundus phantom');
        // Data and script of the browser of cases.
        expect(found.scripts).toBe(2);
        expect(found.width).toBeLessThanOrEqual(width);
        expect(found.pictures).toHaveLength(pictures);
        expect(found.plots).toHaveLength(plots);
        for (const [across, down] of [...found.pictures, ...found.plots]) {
          expect(across).toBeGreaterThan(50);
          expect(down).toBeGreaterThan(50);
        }
        expect(found.smallest).toBeGreaterThanOrEqual(10.5);
        expect(found.faint).toEqual([]);
        expect(found.cut).toEqual([]);
        // What is the point, the first difference, is seen without scrolling; on a wide page everything is.
        expect(found.differences.length).toBeGreaterThan(1);
        for (const right of found.differences) expect(right).toBeLessThanOrEqual(width);
        if (width >= 1280) expect(found.scrolled).toEqual([]);
        // A box that scrolls says so, and reaches its last column beside the heads of the rows, which stay.
        expect(found.hinted).toEqual(found.scrolling);
        expect(found.unreached).toEqual([]);
      });

      it('shows case after case, sorted and filtered, by keyboard too', async () => {
        const page = await browser.newPage();
        const faults: string[] = [];
        page.on('console', (message) => faults.push(message.text()));
        page.on('pageerror', (error) => faults.push(error.message));
        await page.goto(url);
        const { data, rounds } = results;
        const { cases } = rounds[0]!;
        const shown = () => page.locator('#browser ol .name').allTextContents();
        const ask = (control: string, label: string) =>
          page.locator(`#browser select[name=${control}]`).selectOption({ label });
        const sorted = (value: (one: CaseResult) => number, some = cases) =>
          [...some].sort((a, b) => value(a) - value(b)).map(({ id }) => id);
        const mask = 'T&G on DF-GT';
        const dice = ({ softDice }: CaseResult, raters = data.raters) =>
          mean(
            data.structures.map((structure) =>
              mean(raters.flatMap((rater) => softDice[mask]![structure]![rater] ?? [])),
            ),
          );

        expect(await shown()).toEqual(sorted(dice));
        expect(await page.locator('#browser-off').count()).toBe(0);
        await ask('order', 'best first');
        expect(await shown()).toEqual(sorted(dice).reverse());
        await ask('sort', 'logit');
        await ask('judge', 'dlCat');
        await ask('order', 'worst first');
        await ask('diagnosis', '1');
        const ill = cases.filter(({ diagnosis }) => diagnosis === 1);
        expect(await shown()).toEqual(sorted(({ logits }) => logits.dlCat![mask]!, ill));
        // The rater who outlined half of the cases.
        await ask('diagnosis', 'both');
        await ask('reference', 'R3');
        const outlined = cases.filter(({ softDice }) => 'R3' in softDice[mask]![data.structures[0]!]!);
        await ask('sort', 'soft Dice');
        expect(await shown()).toEqual(sorted((one) => dice(one, ['R3']), outlined));

        const [first, second] = sorted((one) => dice(one, ['R3']), outlined);
        const title = page.locator('#browser h3');
        expect(await title.textContent()).toContain(`${first}, diagnosis`);
        await page.locator('#browser ol button').first().focus();
        await page.keyboard.press('ArrowRight');
        expect(await title.textContent()).toContain(`${second}, diagnosis`);
        expect(await page.locator('#browser ol button:focus .name').textContent()).toBe(second);
        const one = cases.find(({ id }) => id === second)!;
        const cells = page.locator('#browser tbody tr').first().locator('td');
        expect(await cells.first().textContent()).toBe(dice(one, ['R3']).toFixed(3));

        const picture = page.locator('#browser .stage svg');
        await picture.focus();
        expect(await picture.getAttribute('viewBox')).toBe('0 0 48 48');
        await page.keyboard.press('+');
        expect(await picture.getAttribute('viewBox')).toBe('8 8 32 32');
        await page.keyboard.press('ArrowLeft');
        expect(await picture.getAttribute('viewBox')).toBe('4 8 32 32');
        await page.keyboard.press('0');
        expect(await picture.getAttribute('viewBox')).toBe('0 0 48 48');
        // The image, and the outlines of R3 and of the mask, which is drawn twice.
        expect(await picture.locator('path').count()).toBe(3 * data.structures.length);
        await page.close();
        expect(faults).toEqual([]);
      });

      it('needs scripts for that alone', async () => {
        const context = await browser.newContext({ javaScriptEnabled: false });
        const page = await context.newPage();
        await page.goto(url);
        expect(await page.getByText('This part needs scripts').isVisible()).toBe(true);
        expect(await page.locator('#browser').isVisible()).toBe(false);
        expect(await page.locator('.found table').isVisible()).toBe(true);
        await context.close();
      });
    });
  }
});

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** What a reader gets to see: sizes, the smallest text, and texts of a contrast below 4.5 (WCAG AA). */
function look(page: Page) {
  return page.evaluate(() => {
    const sizes = (selector: string) =>
      Array.from(document.querySelectorAll(selector)).map((element) => {
        const { width, height } = element.getBoundingClientRect();
        const loaded = !(element instanceof HTMLImageElement) || element.naturalWidth > 0;
        return loaded ? [width, height] : [0, 0];
      });
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })!;
    const known = new Map<string, number[]>();
    const channels = (colour: string) => {
      const rgba = known.get(colour);
      if (rgba) return rgba;
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      const read = Array.from(canvas.getImageData(0, 0, 1, 1).data);
      known.set(colour, read);
      return read;
    };
    const luminance = (rgb: number[]) =>
      [0.2126, 0.7152, 0.0722].reduce((sum, share, k) => {
        const level = rgb[k]! / 255;
        return sum + share * (level <= 0.04045 ? level / 12.92 : ((level + 0.055) / 1.055) ** 2.4);
      }, 0);
    const backgroundOf = (element: Element | null): number[] => {
      if (!element) return [255, 255, 255];
      const [r, g, b, a] = channels(getComputedStyle(element).backgroundColor) as [
        number,
        number,
        number,
        number,
      ];
      if (a === 255) return [r, g, b];
      const behind = backgroundOf(element.parentElement);
      return [r, g, b].map((level, k) => (level * a + behind[k]! * (255 - a)) / 255);
    };
    const texts = Array.from(document.querySelectorAll('body *')).filter(
      (element) =>
        !element.closest('style') &&
        Array.from(element.childNodes).some((node) => node.nodeType === 3 && node.textContent!.trim()) &&
        element.getClientRects().length > 0,
    );
    const scaled = (element: Element) => {
      const svg = element.closest('svg');
      const zoom = svg ? svg.getBoundingClientRect().width / Number(svg.getAttribute('width')) : 1;
      return zoom * Number.parseFloat(getComputedStyle(element).fontSize);
    };
    const contrast = (element: Element) => {
      const style = getComputedStyle(element);
      const [one, two] = [
        luminance(channels(element.closest('svg') ? style.fill : style.color)),
        luminance(backgroundOf(element)),
      ];
      return (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    };
    const boxes = Array.from(document.querySelectorAll('.scroll')).filter((box) => box.checkVisibility());
    const scrolling = boxes.filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth);
    const nameOf = (box: Element) => box.getAttribute('aria-label');
    const hinted = boxes.filter(
      (box) => getComputedStyle(box.querySelector('caption')!, '::after').display !== 'none',
    );
    const unreached = scrolling.filter((box) => {
      box.scrollLeft = box.scrollWidth;
      const { left, right } = box.getBoundingClientRect();
      const last = box.querySelector('tbody tr:last-child > :last-child')!.getBoundingClientRect();
      const head = box.querySelector('tbody th[scope=row]')!.getBoundingClientRect();
      box.scrollLeft = 0;
      return last.right > right + 1 || Math.abs(head.left - left) > 1;
    });
    return {
      scrolling: scrolling.map(nameOf),
      hinted: hinted.map(nameOf),
      unreached: unreached.map(nameOf),
      title: document.title,
      scripts: document.scripts.length,
      width: document.documentElement.scrollWidth,
      pictures: sizes('img'),
      plots: sizes('figure > svg, .scale > svg'),
      differences: Array.from(document.querySelectorAll('table.numbers'))
        .filter((table) =>
          table.querySelector('thead tr:last-child th:nth-child(2)')!.textContent!.includes(' − '),
        )
        .flatMap((table) => Array.from(table.querySelectorAll('tbody td:nth-child(2)')))
        .map((cell) => cell.getBoundingClientRect().right),
      scrolled: Array.from(document.querySelectorAll('.scroll:has(> .numbers)'))
        .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
        .map((box) => box.getAttribute('aria-label')),
      smallest: Math.min(...texts.map(scaled)),
      // Labels of a chart that stand out of it, and are not seen.
      cut: texts
        .filter((element) => {
          const chart = element.closest('svg')?.getBoundingClientRect();
          const { left, right } = element.getBoundingClientRect();
          return chart && (left < chart.left - 1 || right > chart.right + 1);
        })
        .map((element) => element.textContent),
      faint: texts
        .filter((element) => contrast(element) < 4.5)
        .map((element) => element.outerHTML.slice(0, 120)),
    };
  });
}
