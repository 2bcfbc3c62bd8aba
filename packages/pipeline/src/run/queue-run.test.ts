import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { checkConfig } from '../config/read-config.js';
import { emptyFolder } from '../fixtures/command-line.js';
import { hasRedis, type RedisServer, redisServer } from '../fixtures/redis-server.js';
import { tinySettings } from '../fixtures/tiny.js';
import type { Results } from '../folder/results.js';
import { runFolder } from '../folder/run-folder.js';
import type { Progress } from '../jobs/progress.js';
import { runPipeline } from './run-pipeline.js';

/** A study of three seeds, in seconds, on two engines. */
const study = checkConfig({
  ...tinySettings,
  rounds: 3,
  engines: { predict: 'cpu' },
  data: { ...tinySettings.data, cases: 16, size: 16 },
  diagnosis: { ...tinySettings.diagnosis, judges: [] },
  shared: { ...tinySettings.shared, resamples: 1 },
  segmentation: { ...tinySettings.segmentation, arms: [{ network: 'T&G', label: 'DF-GT' }] },
  report: { cases: 1 },
});

const cli = fileURLToPath(new URL('../cli/main.ts', import.meta.url));

/** All but when and where it was done. */
function numbers(root: string): object {
  const results = JSON.parse(readFileSync(runFolder(root).results, 'utf8')) as Results;
  const { config, data, warnings, provenance, rounds } = results;
  return {
    ...{ config, data, warnings, dataHash: provenance.dataHash },
    rounds: rounds.map(({ seconds: _, ...rest }) => rest),
  };
}

describe.skipIf(!hasRedis)('a run by workers of a queue (redis-server)', () => {
  let redis: RedisServer;
  let alone: object;
  beforeAll(async () => {
    redis = await redisServer();
    const root = await emptyFolder();
    await runPipeline(study, root, { workers: 1 });
    alone = numbers(root);
  });
  afterAll(() => redis?.kill());

  function worker() {
    const child = spawn(
      process.execPath,
      [
        ...['--conditions=@diff/source', '--import', 'tsx', cli, 'worker', '--queue', redis.url],
        ...['--engine', 'wasm', '--engine', 'cpu', '--concurrency', '1'],
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let stderr = '';
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await ended;
    });
    return { child, ended, said: () => stderr };
  }
  const logOf = (root: string) =>
    readFileSync(runFolder(root).log, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string; job: string; state: string });

  it('comes to the same, to the bit: one worker killed in training, one that joins late, and a Redis that lost all', async () => {
    const root = await emptyFolder();
    const [first, second] = [worker(), worker()];
    let killed = '';
    const ended = runPipeline(study, root, {
      queue: redis.url,
      command: `train --queue ${redis.url.replace('//', '//me:geheim@')}`,
      onProgress({ running, step, done }: Progress) {
        const training = running.find(({ unit }) => unit === 'steps');
        if (killed || !training || step === 'read' || !done) return;
        killed = training.id;
        first.child.kill('SIGKILL');
      },
    });
    await first.ended;
    expect(killed).not.toBe('');
    await redis.ask((one) => one.flushall());
    const third = worker();
    await ended;
    expect(numbers(root)).toEqual(alone);

    const jobs = logOf(root).filter(({ event }) => event === 'job');
    const done = jobs.filter(({ state }) => state === 'done').map(({ job }) => job);
    expect(new Set(done).size).toBe(done.length);
    // Only what was in hands when all was lost is begun twice.
    const started = jobs.filter(({ state }) => state === 'started').map(({ job }) => job);
    const twice = started.filter((job, i) => started.indexOf(job) !== i);
    expect(twice.length).toBeLessThanOrEqual(2);

    const left = readdirSync(root, { recursive: true }) as string[];
    expect(left.filter((name) => /\.tmp$|\.(?:attempt|lock|clock)-/.test(name))).toEqual([]);
    for (const name of left.filter((one) => /\.(?:json|jsonl|yaml|html)$/.test(one)))
      expect(readFileSync(join(root, name), 'utf8').includes('geheim')).toBe(false);
    for (const { child } of [second, third]) child.kill('SIGTERM');
    expect(await Promise.all([second, third].map((one) => one.ended))).toEqual([0, 0]);
    expect(second.said()).toMatch(/left after \d+ jobs?\n$/);
  });

  it('is refused by a worker that would come to other numbers, which leaves with a sentence', async () => {
    const root = await emptyFolder();
    const stop = new AbortController();
    const ended = runPipeline(study, root, { queue: redis.url, signal: stop.signal });
    ended.catch(() => {});
    const folder = runFolder(root);
    await vi.waitFor(() => expect(existsSync(folder.queue)).toBe(true), { timeout: 60_000 });
    const whole = readFileSync(folder.queue);
    writeFileSync(folder.queue, whole.toString().replace(/"dataHash":"./, '"dataHash":"x'));
    const damaged = worker();
    expect(await damaged.ended).toBe(1);
    expect(damaged.said()).toMatch(/queue\.json cannot be read: .* is damaged/);
    stop.abort(new Error('enough'));
    await expect(ended).rejects.toThrow('enough');
  });
});
