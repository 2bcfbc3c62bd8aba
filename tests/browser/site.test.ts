import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, launch, root } from '../support/chromium.js';
import { pages } from '../support/pages.js';

/* The site as `npm run docs` has built it; skipped where it has not. */
const dist = join(root, 'docs/.vitepress/dist');
const built = existsSync(join(dist, 'playground/index.html'));
const types: Record<string, string> = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};
/** The file that a host sends for an address. */
const fileOf = (pathname: string) =>
  decodeURIComponent(pathname)
    .replace(/^\/|(\/)$/g, '$1')
    .replace(/(^|\/)$/, '$1index.html');

describe.skipIf(!built)('the files of the site', () => {
  const files = built
    ? readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) =>
        /^(?!playground).*\.html$/.test(name),
      )
    : [];
  const htmlOf = (name: string) => readFileSync(join(dist, name), 'utf8');
  const anchors = new Map<string, Set<string>>();
  const anchorsIn = (name: string) => {
    const found =
      anchors.get(name) ?? new Set([...htmlOf(name).matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id!));
    anchors.set(name, found);
    return found;
  };

  test('every guide, README and result is a page', () => {
    const addresses = pages.map((page) =>
      page
        .replace(/^docs\//, '')
        .replace(/README\.md$/, 'index.html')
        .replace(/\.md$/, '.html'),
    );
    expect(files).toEqual(expect.arrayContaining(addresses));
  });

  test('every link and picture leads to a page or file, and to the section that it names', () => {
    const broken = files.flatMap((name) => {
      const links = [...htmlOf(name).matchAll(/<(?:a|img|source) [^>]*?(?:href|src|srcset)="([^"]*)"/g)].map(
        ([, href = '']) => href,
      );
      return links
        .filter((href) => !/^[a-z]+:/.test(href))
        .filter((href) => {
          const { pathname, hash } = new URL(href.replaceAll('&amp;', '&'), `http://site/${name}`);
          const file = fileOf(pathname);
          if (!existsSync(join(dist, file))) return true;
          return hash && file.endsWith('.html') && !anchorsIn(file).has(decodeURIComponent(hash.slice(1)));
        })
        .map((href) => `${name}: ${href}`);
    });
    expect([...new Set(broken)]).toEqual([]);
  });

  test('what is in braces stays text', async () => {
    // Named by the way: the types of VitePress are no business of the tests.
    const { createMarkdownRenderer } = await import('vitepress' as string);
    const { verbatim } = await import(join(root, 'docs/.vitepress/verbatim.ts'));
    const renderer = await createMarkdownRenderer(root, { config: verbatim });
    expect(renderer.render('Vue would count {{ 1 + 1 }}.')).toContain('&#123;&#123; 1 + 1 }}');
    expect(renderer.render('As code:\n\n    {{ 1 + 1 }}\n')).toMatch(/<pre [^>]*v-pre/);
  });

  test('what is public has its place in the reference', () => {
    expect(anchorsIn('api/fusion.html')).toContain('staple');
    expect(anchorsIn('api/metrics.html')).toContain('softdice');
    expect(anchorsIn('api/tg-model.html')).toContain('tgnetwork');
  });
});

describe.skipIf(!built || !chromiumPath)('the site in Chromium', { timeout: 60_000 }, () => {
  let browser: Browser;
  let server: Server;
  let address: string;

  beforeAll(async () => {
    server = createServer(({ url }, response) => {
      const file = fileOf(new URL(url!, 'http://site').pathname);
      try {
        const content = readFileSync(join(dist, file));
        response
          .writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' })
          .end(content);
      } catch {
        response.writeHead(404).end();
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  /** Runs a visit, and checks that nothing went wrong and nothing was asked of another host. */
  async function visit(
    path: string,
    look: (page: Page) => Promise<void>,
    options?: Parameters<Browser['newPage']>[0],
  ) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
    page.setDefaultTimeout(20_000);
    const [faults, elsewhere]: [string[], string[]] = [[], []];
    page.on('console', (message) => faults.push(message.text()));
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('request', (request) => {
      if (!/^(?:blob|data):/.test(request.url()) && !request.url().startsWith(address))
        elsewhere.push(request.url());
    });
    try {
      await page.goto(address + path, { waitUntil: 'networkidle' });
      await look(page);
    } finally {
      await page.close();
    }
    expect({ faults, elsewhere }).toEqual({ faults: [], elsewhere: [] });
  }
  const title = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();

  test('the search finds a function, and leads to its place in the reference', () =>
    visit('/', async (page) => {
      await title(page, 'DiFF for TypeScript');
      await page.getByRole('button', { name: 'Search' }).click();
      await page.getByRole('searchbox').fill('staple');
      const found = page.locator('#localsearch-list a[href="/api/fusion.html#staple"]');
      await found.click();
      await title(page, '@diff/fusion');
      expect(page.url()).toBe(`${address}/api/fusion.html#staple`);
      await page.getByText('function staple(masks, options?): StapleResult').waitFor();
    }));

  test('a guide leads to the next by the sidebar, and pictures are there', () =>
    visit('/getting-started.html', async (page) => {
      await title(page, 'Getting started');
      await page.locator('.VPSidebar').getByRole('link', { name: 'Phantoms', exact: true }).click();
      await title(page, 'Phantoms');
      const widths = () =>
        page
          .locator('.vp-doc img')
          .evaluateAll((all) => all.map((one) => (one as HTMLImageElement).naturalWidth));
      await expect.poll(widths).not.toContain(0);
      expect(await widths()).not.toEqual([]);
    }));

  test('the playground fuses', () =>
    visit('/', async (page) => {
      await page
        .getByRole('navigation', { name: 'Main Navigation' })
        .getByRole('link', { name: 'Playground' })
        .click();
      await page.waitForURL(`${address}/playground/**`);
      await page.locator('.tiles figcaption', { hasText: 'STAPLE' }).waitFor();
    }));

  const views = [390, 1280].flatMap((width) =>
    (['light', 'dark'] as const).map((scheme) => ({ width, scheme })),
  );
  test.each(views)('nothing is wider than a screen of $width px ($scheme)', async ({ width, scheme }) => {
    for (const path of ['/', '/results/phantoms.html', '/api/fusion.html'])
      await visit(
        path,
        async (page) => {
          expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
          const folder = process.env.DIFF_SCREENSHOTS;
          const name = `site${path.replace(/\W+/g, '-')}-${width}-${scheme}.png`;
          if (folder) await page.screenshot({ path: join(folder, name) });
        },
        { viewport: { width, height: 900 }, colorScheme: scheme },
      );
  });
});
