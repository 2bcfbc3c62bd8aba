import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { build as bundle, type Plugin, transform } from 'esbuild';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launch, root } from '../support/chromium.js';

/** The recipe as docs/browser.md gives it: its files by name. */
const page = readFileSync(join(root, 'docs/browser.md'), 'utf8');
const recipe = Object.fromEntries(
  [...page.matchAll(/```\w+\n(?:<!--|\/\/) (\S+\.\w+)(?: -->)?\n([\s\S]*?)```/g)].map(([, name, text]) => [
    name!,
    text!,
  ]),
);

const types: Record<string, string> = { '.js': 'text/javascript', '.wasm': 'application/wasm' };

/** Leaves imports of these packages as they are, but not of files in them. */
const otherPackages = (names: string[]): Plugin => ({
  name: 'other packages',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^@tensorflow/ }, ({ path }) => ({
      ...(names.includes(path) && { path, external: true }),
    })),
});

/** A server of a folder that answers whatever it does not have with the page, as those of single-page apps do. */
async function serve(folder: string): Promise<{ server: Server; address: string }> {
  const server = createServer(({ url }, response) => {
    const path = new URL(url!, 'http://page').pathname;
    const type = types[extname(path)];
    try {
      const body = readFileSync(join(folder, path));
      response.writeHead(200, { 'content-type': type ?? 'text/html' }).end(body);
    } catch {
      response.writeHead(200, { 'content-type': 'text/html' }).end(readFileSync(join(folder, 'index.html')));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

describe.skipIf(!chromiumPath)('a page finds the .wasm files by itself, and trains', () => {
  // Inside the repository, whose packages Vite may read, with @diff/backend as npm would install it.
  const project = mkdtempSync(join(root, 'tests/.project-'));
  let browser: Browser;

  beforeAll(async () => {
    browser = await launch();
    const installed = join(project, 'node_modules/@diff/backend');
    for (const name of ['dist', 'package.json'])
      cpSync(join(root, 'packages/backend', name), join(installed, name), { recursive: true });
    symlinkSync(join(root, 'node_modules/@tensorflow'), join(project, 'node_modules/@tensorflow'));
    for (const [name, text] of Object.entries(recipe)) writeFileSync(join(project, name), text);
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(project, { recursive: true, force: true });
  });

  /** Opens the page, and checks what the recipe writes on it. */
  async function expectTraining(address: string): Promise<void> {
    const tab = await browser.newPage();
    const said: string[] = [];
    tab.on('console', (message) => said.push(message.text()));
    tab.on('pageerror', (error) => said.push(error.message));
    try {
      await tab.goto(address);
      const log = tab.locator('#log');
      await log.filter({ hasText: 'loss' }).waitFor({ state: 'attached', timeout: 100_000 });
      const text = (await log.textContent())!;
      expect(text).toMatch(/^training on wasm \(CPU, WebAssembly, /);
      const losses = /loss (.*)/.exec(text)![1]!.split(' ').map(Number);
      expect(losses).toHaveLength(20);
      expect(losses.at(-1)!).toBeLessThan(losses[0]! / 2);
    } catch (error) {
      throw new Error(`${(error as Error).message}\nThe page said: ${said.join('\n')}`);
    } finally {
      await tab.close();
    }
  }

  it('served by Vite', async () => {
    const { createServer: createVite } = await import('vite');
    const vite = await createVite({
      root: project,
      configFile: false,
      logLevel: 'silent',
      server: { port: 0 },
    });
    try {
      await vite.listen();
      await expectTraining(vite.resolvedUrls!.local[0]!);
    } finally {
      await vite.close();
    }
  }, 180_000);

  it('built by Vite', async () => {
    const { build } = await import('vite');
    await build({ root: project, configFile: false, logLevel: 'silent' });
    expect(readdirSync(join(project, 'dist/assets')).filter((name) => name.endsWith('.wasm'))).toHaveLength(
      3,
    );
    const { server, address } = await serve(join(project, 'dist'));
    await expectTraining(address).finally(() => server.close());
  }, 180_000);

  it('built by webpack', async () => {
    const { default: webpack } = await import('webpack');
    const { code } = await transform(recipe['main.ts']!, { loader: 'ts' });
    writeFileSync(join(project, 'main.mjs'), code);
    const output = join(project, 'webpack');
    await new Promise<void>((resolve, reject) => {
      webpack(
        {
          mode: 'development',
          context: project,
          entry: './main.mjs',
          output: { path: output, filename: 'main.js', chunkFilename: '[id].js' },
        },
        (error, stats) =>
          error || stats?.hasErrors()
            ? reject(error ?? new Error(stats!.toString('errors-only')))
            : resolve(),
      );
    });
    writeFileSync(join(output, 'index.html'), recipe['index.html']!.replace('/main.ts', '/main.js'));
    const { server, address } = await serve(output);
    await expectTraining(address).finally(() => server.close());
  }, 180_000);

  it('of plain modules from a CDN', async () => {
    const site = join(project, 'cdn');
    const manifest = JSON.parse(readFileSync(join(root, 'packages/backend/package.json'), 'utf8'));
    const backend = `npm/@diff/backend@${manifest.version}/dist`;
    cpSync(join(root, 'packages/backend/dist'), join(site, backend), { recursive: true });
    // As a CDN does, each package of TensorFlow.js is one module that imports the others by address.
    const names = ['core', 'layers', 'backend-wasm', 'backend-cpu', 'backend-webgpu'].map(
      (name) => `@tensorflow/tfjs-${name}`,
    );
    const imports: Record<string, string> = { '@diff/backend': `/${backend}/index.js` };
    for (const name of names) {
      const module = `npm/${name}@4.22.0/+esm.js`;
      imports[name] = `/${module}`;
      await bundle({
        entryPoints: [name],
        absWorkingDir: project,
        outfile: join(site, module),
        plugins: [otherPackages(names.filter((other) => other !== name))],
        ...{ bundle: true, format: 'esm', platform: 'browser', logLevel: 'silent' },
      });
    }
    const wasm = join(root, 'node_modules/@tensorflow/tfjs-backend-wasm/dist');
    const dist = join(site, 'npm/@tensorflow/tfjs-backend-wasm@4.22.0/dist');
    mkdirSync(dist, { recursive: true });
    for (const name of readdirSync(wasm).filter((file) => file.endsWith('.wasm')))
      cpSync(join(wasm, name), join(dist, name));
    writeFileSync(join(site, 'main.js'), (await transform(recipe['main.ts']!, { loader: 'ts' })).code);
    const map = `<script type="importmap">${JSON.stringify({ imports })}</script>\n<script type="module"`;
    const html = recipe['index.html']!.replace('/main.ts', '/main.js').replace('<script type="module"', map);
    writeFileSync(join(site, 'index.html'), html);
    const { server, address } = await serve(site);
    await expectTraining(address).finally(() => server.close());
  }, 180_000);
});
