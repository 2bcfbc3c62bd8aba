import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { root } from './support/chromium.js';

/** What each program must print, besides ending well. */
const expected: Record<string, RegExp> = {
  'exp-g.ts': /objective 0\.\d+ -> 0\.0\d+[\s\S]*anna has a weight of 0\.5/,
  'fuse.ts': /\.\.####\.\.\n\.\.####\.\.\n\.\.###\.\.\./,
  'gpu.ts': /computes, on .*[\s\S]*billion operations per second/,
  'own-fusion.ts': /thyroid-00005: \d+ pixels inside/,
  'own-loader.ts': /noted: 8-left: only one reader/,
  'soft-dice-and-auc.ts': /soft Dice 0\.959 \[0\.954, 0\.963\]\nAUC 0\.733 \[0\.577, 0\.888\]/,
  'take-and-give-in-my-unet.ts': /weights, loss 0\.\d+ -> 0\.\d+/,
  'whom-to-trust.ts':
    /R3 has a weight of 0\.[6-9]\d \[[\s\S]*by learned weights: 0\.9\d+\nAUC of new cases by the mean vote: 0\.8/,
  'train-on-my-folder.ts': /kept, and loaded again: [\s\S]*structures: \[ 'lesion' \]/,
};

async function run(folder: string, file: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=@diff/source', '--import', 'tsx', file, ...args],
    { cwd: join(root, 'examples', folder), timeout: 300_000 },
  );
  return stdout;
}

test('every recipe has an expectation', () => {
  const files = readdirSync(join(root, 'examples/recipes')).filter((name) => name.endsWith('.ts'));
  expect(files.sort()).toEqual(Object.keys(expected).sort());
});

test.each(Object.entries(expected))('recipes/%s', { timeout: 300_000 }, async (file, pattern) => {
  expect(await run('recipes', file)).toMatch(pattern);
});

test('pipeline/pipeline.ts, in small', { timeout: 300_000 }, async () => {
  const printed = await run('pipeline', 'pipeline.ts', '--cases', '40', '--epochs', '1', '--iterations', '2');
  expect(printed).toMatch(/24 cases to learn from, 16 others to test on/);
  expect(printed).toMatch(/R7 {2}\d\.\d\d/);
  expect(printed).toMatch(/Take and Give on DF-GT: soft Dice cup \d\.\d+, disc \d\.\d+; AUC [\d.]+ \[/);
  expect(printed).toMatch(/mean vote of the raters themselves: soft Dice cup 1\.000, disc 1\.000/);
});
