import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { phantom } from '@diff/datasets/phantom';
import { checkConfig, fromRun, type ModelPrediction, runPipeline } from 'diff-pipeline';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launch, runInPage, wasmFiles } from '../support/chromium.js';

/** The files of a folder by their address below `/run/`, as a server gives them. */
function served(folder: string): Record<string, string> {
  const paths = (readdirSync(folder, { recursive: true }) as string[]).map((path) =>
    path.replaceAll('\\', '/'),
  );
  return Object.fromEntries(
    paths.map((path) => [`/run/${path.split('/').map(encodeURIComponent).join('/')}`, join(folder, path)]),
  );
}

describe.skipIf(!chromiumPath)('a run that Node trained, in Chromium', { timeout: 180_000 }, () => {
  const run = mkdtempSync(join(tmpdir(), 'diff-run-'));
  let browser: Browser;
  beforeAll(async () => {
    const config = checkConfig({
      engine: 'wasm',
      data: { phantom: 'fundus', cases: 12, size: 32, test: 0.5 },
      diagnosis: { width: 4, epochs: 1, batchSize: 4, judges: [] },
      fusion: { iterations: 1 },
      segmentation: {
        ...{ width: 4, filters: 4, heads: 2, epochs: 1, batchSize: 4 },
        arms: [{ network: 'T&G', label: 'DF-GT' }],
      },
    });
    await runPipeline(config, run, { workers: 1 });
    browser = await launch(['--unsafely-treat-insecure-origin-as-secure=http://page.test']);
  }, 400_000);
  afterAll(async () => {
    await browser?.close();
    rmSync(run, { recursive: true, force: true });
  });

  it('predicts what it predicts in Node, of images of its own size and of a larger one', async () => {
    const program = `
      import { phantom } from '@diff/datasets/phantom';
      import { fromRun } from 'diff-pipeline/predict';

      const model = await fromRun(new URL('/run', location.href));
      const predictions = [];
      for (const size of [32, 48])
        for await (const { image } of phantom('fundus', { cases: 2, size, seed: 9 }).cases())
          predictions.push(await model.predict(image));
      const { structures, size, channels } = model;
      model.dispose();
      const plain = predictions.map(({ probability, masks, ...rest }) => ({
        ...rest,
        probability: Object.fromEntries(Object.entries(probability).map(([name, map]) => [name, [...map]])),
      }));
      globalThis.done({ plain, structures, size, channels });`;
    const inPage = (await runInPage(browser, program, { ...wasmFiles(), ...served(run) })) as {
      plain: Pick<ModelPrediction, 'diagnosis' | 'score' | 'probability'>[];
      structures: string[];
    };

    const model = await fromRun(run, { engine: 'wasm' });
    expect(inPage).toMatchObject({
      structures: model.structures,
      size: model.size,
      channels: model.channels,
    });
    const expected: ModelPrediction[] = [];
    for (const size of [32, 48])
      for await (const { image } of phantom('fundus', { cases: 2, size, seed: 9 }).cases())
        expected.push(await model.predict(image));
    model.dispose();
    expect(inPage.plain).toHaveLength(expected.length);
    for (const [i, { score, diagnosis, probability }] of expected.entries()) {
      expect(inPage.plain[i]!.score).toBeCloseTo(score, 5);
      expect(inPage.plain[i]!.diagnosis).toBe(diagnosis);
      for (const [structure, map] of Object.entries(probability)) {
        const found = inPage.plain[i]!.probability[structure]!;
        expect(found).toHaveLength(map.length);
        expect(Math.max(...found.map((value, p) => Math.abs(value - map[p]!)))).toBeLessThan(1e-5);
      }
    }
  });

  it('says that a page without https cannot check a file, and how it can', async () => {
    const program = `
      import { fromRun } from 'diff-pipeline/predict';
      globalThis.done(await fromRun('/run').then(() => 'loaded', (error) => error.message));`;
    const plain = await launch();
    try {
      expect(await runInPage(plain, program, { ...wasmFiles(), ...served(run) })).toBe(
        'the checksums of model files and checkpoints need a page that is served by https or from localhost',
      );
    } finally {
      await plain.close();
    }
  });

  it('says which file the server does not have', async () => {
    const { '/run/round-0/models/Baseline-Dia.safetensors': _, ...files } = served(run);
    const program = `
      import { fromRun } from 'diff-pipeline/predict';
      globalThis.done(await fromRun('http://page.test/run').then(() => 'loaded', (error) => error.message));`;
    expect(await runInPage(browser, program, { ...wasmFiles(), ...files })).toMatch(
      /^http:\/\/page\.test\/run\/round-0\/models\/Baseline-Dia\.safetensors: 404/,
    );
  });
});
