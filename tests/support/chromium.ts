import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

const candidates = [
  process.env.DIFF_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** Where a Chromium is, or `undefined`; tests that need one skip themselves by name without it. */
export const chromiumPath = candidates.find((path) => path && existsSync(path));

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
};

export async function launch(args: string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...args,
    ],
  });
}

/**
 * Opens a page that runs `program` (an ES module that imports built packages, bundled here for the browser)
 * and returns what it passes to `globalThis.done`. `files` maps further URL paths to files on disk.
 */
export async function runInPage(
  browser: Browser,
  program: string,
  files: Record<string, string> = {},
): Promise<unknown> {
  const bundle = await build({
    stdin: { contents: program, resolveDir: join(root, 'tests'), loader: 'ts' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    logLevel: 'silent',
  });
  const page: Page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  try {
    await page.route('http://page.test/**', async (route) => {
      const path = new URL(route.request().url()).pathname;
      if (path === '/')
        return route.fulfill({
          contentType: 'text/html',
          body: '<!doctype html><script type="module" src="/program.js"></script>',
        });
      if (path === '/program.js')
        return route.fulfill({ contentType: 'text/javascript', body: bundle.outputFiles[0]!.text });
      const file = files[path];
      if (!file) return route.fulfill({ status: 404 });
      return route.fulfill({
        contentType: types[extname(file)] ?? 'application/octet-stream',
        body: await readFile(file),
      });
    });
    const result = new Promise<unknown>((resolveResult, reject) => {
      page.on('pageerror', reject);
      page.exposeFunction('done', resolveResult).then(() => page.goto('http://page.test/'), reject);
    });
    return await result;
  } finally {
    await page.close();
    if (errors.length) console.error(errors.join('\n'));
  }
}

/** The files of the wasm engine, as `runInPage` wants them. */
export function wasmFiles(): Record<string, string> {
  const dist = dirname(createRequire(join(root, 'package.json')).resolve('@tensorflow/tfjs-backend-wasm'));
  const names = [
    'tfjs-backend-wasm.wasm',
    'tfjs-backend-wasm-simd.wasm',
    'tfjs-backend-wasm-threaded-simd.wasm',
  ];
  return Object.fromEntries(names.map((name) => [`/${name}`, join(dist, name)]));
}
