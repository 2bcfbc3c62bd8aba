import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { emptyFolder, run } from '../../../../packages/pipeline/src/fixtures/command-line.js';
import { reproduceCommand } from '../command.js';

const tiny = Object.entries({
  ...{ tasks: 'thyroid', seeds: 1, train: 16, test: 8, size: 32, width: 2, filters: 4, heads: 1 },
  ...{ epochs: 1, 'diagnosis-epochs': 1, iterations: 1, workers: 1 },
}).flatMap(([name, value]) => [`--${name}`, String(value)]);

it('trains every network of a task on the same labels, and is done once', async () => {
  const out = await emptyFolder();
  const table1 = async () => {
    const args = ['table1', ...tiny, '--networks', 'T&G, released', 'mpCnn', 'tnsCnn', 'ceNet', '--out', out];
    const { code, stdout, stderr } = await run(reproduceCommand, args);
    expect(code, stderr).toBe(0);
    return { stdout, stderr };
  };
  const first = await table1();
  expect(first.stderr).toMatch(/learns from a case in [\d.]+ ms on wasm: about .* for one worker/);
  const [, ...rows] = first.stdout.split('\n').filter((line) => line.startsWith('|'));
  const values = rows.slice(1).map((line) =>
    line
      .split('|')
      .map((cell) => cell.trim())
      .slice(1, -1),
  );
  // ceNet is for disc and cup.
  expect(values.map(([name]) => name)).toEqual([
    ...['mean vote itself', 'Baseline-Seg', 'T&G, released', 'mpCnn', 'tnsCnn'],
  ]);
  for (const [name, weights, milliseconds, , dice, difference] of values.slice(1)) {
    expect(Number(weights!.replaceAll(',', '')), name).toBeGreaterThan(100);
    expect(Number(milliseconds), name).toBeGreaterThan(0);
    expect(dice, name).toMatch(/^0\.\d{3} \[0\.\d{3}, 0\.\d{3}\]$/);
    expect(difference, name).toMatch(name === 'Baseline-Seg' ? /^$/ : /^[+−]0\.\d{3} \[/);
  }
  expect(first.stdout).toContain('networks of width 2, tnsCnn’s 1');
  expect(readFileSync(`${out}/table1-thyroid.svg`, 'utf8')).toContain('soft Dice</text>');

  const second = await table1();
  expect(second.stderr).toContain('4 cells, 4 of them in');
  expect(second.stderr).not.toContain('learns from a case');
  expect(second.stdout).toBe(first.stdout);
  expect(existsSync(`${out}/.lock-1`)).toBe(false);
});
