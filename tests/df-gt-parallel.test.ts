import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diagnosisFirst } from '@diff/fusion/df-gt';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import makeOptions, { makeCase } from './fixtures/df-gt-cases.mjs';
import { root } from './support/chromium.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'df-gt-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Outcome {
  error?: string;
  progress: number[];
  pairs: { id: string; fused: number[]; history: number[] }[];
}

/** In a process of its own, from the built packages: worker threads load what users load. */
const run = (kind = '') =>
  JSON.parse(
    execFileSync('node', [join(root, 'tests/fixtures/df-gt-parallel.mjs'), folder, kind], {
      encoding: 'utf8',
      stdio: 'pipe',
    }),
  ) as Outcome;

describe('diagnosisFirstParallel, from the built package', () => {
  test('gives, in order, what each case gives alone, and goes on from its folder', async () => {
    const { pairs, progress } = run('unknown');
    expect(pairs.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4].map((i) => `case-${i}`));
    expect(progress.at(-1)).toBe(6);
    expect(readdirSync(folder)).toHaveLength(5);
    const options = await makeOptions({ iterations: 3 });
    for (const [i, { fused, history }] of pairs.entries()) {
      const alone = await diagnosisFirst({ ...makeCase(i, i % 2), ...options });
      alone.fused.nodule!.forEach((value, p) => expect(fused[p]).toBeCloseTo(value, 5));
      alone.history.forEach((value, step) => expect(history[step]).toBeCloseTo(value, 5));
    }
    expect(run('unknown').pairs).toEqual(pairs);
  });

  test('names the cases of a batch that cannot be fused', () => {
    expect(run('broken').error).toMatch(
      /cases case-0, case-1: diagnosisFirstAll: case "case-1": diagnosis is 3/,
    );
  });
});
