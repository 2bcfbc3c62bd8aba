import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { launch, root } from './chromium.js';

const types: Record<string, string> = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

export type PageOptions = Parameters<Browser['newPage']>[0];

export interface Playground {
  browser: Browser;
  /** Where the page is, with a slash at the end. */
  address: string;
  /** The folder that it was built into. */
  dist: string;
  /** The files that were asked for. */
  served: string[];
  /** Runs a visit, and checks that nothing went wrong and nothing was asked of another host. */
  visit(look: (page: Page) => Promise<void>, at: string, options?: PageOptions): Promise<void>;
  close(): Promise<void>;
}

/** The playground as it is built for a host, served to a Chromium. */
export async function startPlayground(): Promise<Playground> {
  const { build } = await import('vite');
  const dist = mkdtempSync(join(tmpdir(), 'playground-'));
  const home = join(root, 'examples/playground');
  await build({
    root: home,
    configFile: join(home, 'vite.config.ts'),
    logLevel: 'silent',
    build: { outDir: dist },
  });
  const served: string[] = [];
  const server = createServer(({ url }, response) => {
    const path = new URL(url!, 'http://page').pathname;
    try {
      const file = path === '/' ? 'index.html' : path;
      response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' });
      response.end(readFileSync(join(dist, file)));
      served.push(file);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const browser = await launch();

  return {
    ...{ browser, address, dist, served },
    async visit(look, at, options = { viewport: { width: 1280, height: 900 } }) {
      const page = await browser.newPage(options);
      page.setDefaultTimeout(20_000);
      const [faults, elsewhere]: [string[], string[]] = [[], []];
      // A GPU that is software remarks on its own slowness.
      page.on(
        'console',
        (message) => /GL Driver Message/.test(message.text()) || faults.push(message.text()),
      );
      page.on('pageerror', (error) => faults.push(error.message));
      page.on('request', (request) => {
        if (!/^(?:blob|data):/.test(request.url()) && !request.url().startsWith(address))
          elsewhere.push(request.url());
      });
      try {
        await page.goto(`${address}${at}`);
        await look(page);
      } finally {
        await page.close();
      }
      expect({ faults, elsewhere }).toEqual({ faults: [], elsewhere: [] });
    },
    async close() {
      await browser.close();
      server.close();
      rmSync(dist, { recursive: true, force: true });
    },
  };
}
