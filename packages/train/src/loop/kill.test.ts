import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomStream } from '../data/random.js';

const child = fileURLToPath(new URL('../fixtures/train-child.ts', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'diff-kill-'));
afterAll(() => rmSync(root, { recursive: true }));

/** Runs the training until it ends or, `delay` ms after it printed `step`, is killed. Resolves to the steps seen. */
function run(folder: string, kill?: { step: number; delay: number }): Promise<number[]> {
  const args = ['--conditions=@diff/source', '--import', 'tsx', child, folder, '2'];
  const process_ = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const steps: number[] = [];
  let errors = '';
  process_.stderr.on('data', (data) => {
    errors += data;
  });
  process_.stdout.on('data', (data: Buffer) => {
    for (const [, step] of String(data).matchAll(/step (\d+)/g)) steps.push(Number(step));
    if (kill && steps.at(-1)! >= kill.step) setTimeout(() => process_.kill('SIGKILL'), kill.delay);
  });
  return new Promise((resolve, reject) => {
    process_.on('close', (code, signal) =>
      code === 0 || signal === 'SIGKILL' ? resolve(steps) : reject(new Error(errors)),
    );
  });
}

describe('a training that is killed with SIGKILL', () => {
  const whole = join(root, 'whole');
  beforeAll(() => run(whole));

  it('goes on and ends with bit-equal weights, killed at several random moments on the way', async () => {
    const folder = join(root, 'killed');
    const random = randomStream(17);
    const seen: number[][] = [];
    for (const step of [1, 7, 12, 18])
      seen.push(await run(folder, { step: step + random.integer(2), delay: random.uniform(0, 30) }));
    seen.push(await run(folder));
    // Every run after the first began where a checkpoint was, not from nothing.
    expect(seen[0]![0]).toBe(1);
    // The last may have nothing left to do: on a fast machine a run ends before it is killed.
    for (const [step] of seen.slice(2)) if (step !== undefined) expect(step).toBeGreaterThan(1);
    expect(seen.flat().at(-1)).toBe(24);
    expect(readFileSync(join(folder, 'model')).equals(readFileSync(join(whole, 'model')))).toBe(true);
  });
});
