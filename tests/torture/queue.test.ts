import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { randomStream } from '@diff/train';
import { checkConfig, runFolder, runPipeline } from 'diff-pipeline';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { emptyFolder } from '../../packages/pipeline/src/fixtures/command-line.js';
import {
  hasRedis,
  type RedisServer,
  redisServer,
} from '../../packages/pipeline/src/fixtures/redis-server.js';
import { tinySettings } from '../../packages/pipeline/src/fixtures/tiny.js';
import { differenceOfRuns } from './whole-run.js';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const cli = path('../../packages/pipeline/src/cli/main.ts');

/** A study of three seeds. */
const settings = { ...tinySettings, rounds: 3, train: { validation: 0 } };

interface Started {
  child: ChildProcess;
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  said(): string;
}

interface Line {
  event: string;
  job: string;
  state?: string;
}

// Minutes: `npm run test:long`.
describe.skipIf(!hasRedis)('a study of three seeds on a queue (redis-server)', () => {
  let redis: RedisServer;
  let config: string;
  let whole: string;
  const running = new Set<Started>();
  beforeAll(async () => {
    const place = await emptyFolder();
    redis = await redisServer({ folder: place });
    config = join(place, 'study.yaml');
    writeFileSync(config, stringify(settings));
    whole = join(place, 'whole');
    await runPipeline(checkConfig(settings), whole, { workers: 2 });
  }, 600_000);
  afterEach(async () => {
    for (const { child } of running) child.kill('SIGKILL');
    await Promise.all([...running].map(({ ended }) => ended));
  });
  afterAll(() => redis?.kill());

  function start(
    args: readonly string[],
    { env = {}, limit }: { env?: Record<string, string>; limit?: number } = {},
  ): Started {
    const hook = Object.keys(env).length ? ['--import', path('kill-after-rename.mjs')] : [];
    const node = [process.execPath, '--conditions=@diff/source', '--import', 'tsx', ...hook, cli, ...args];
    const [command, ...rest] = limit
      ? ['bash', '-c', `trap '' XFSZ; ulimit -f ${limit}; exec "$0" "$@"`, ...node]
      : node;
    const child = spawn(command!, rest, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ...env },
    });
    let stderr = '';
    child.stderr!.on('data', (text) => {
      stderr += text;
    });
    const ended = new Promise<Awaited<Started['ended']>>((resolve) =>
      child.on('close', (code, signal) => {
        running.delete(started);
        resolve({ code, signal });
      }),
    );
    const started: Started = { child, ended, said: () => stderr };
    running.add(started);
    return started;
  }
  const worker = (options: Parameters<typeof start>[1] = {}, lock = 5) =>
    start(
      [
        ...['worker', '--queue', redis.url, '--engine', 'wasm'],
        ...['--concurrency', '1', '--lock', `${lock}`],
      ],
      options,
    );
  const coordinator = (out: string) => start(['train', config, '--out', out, '--queue', redis.url]);
  const logOf = (out: string) => {
    try {
      const lines = readFileSync(runFolder(out).log, 'utf8').trim().split('\n');
      return lines.map((line) => JSON.parse(line) as Line);
    } catch {
      return [];
    }
  };
  const begun = (out: string) => logOf(out).filter(({ state }) => state === 'started');
  /** Resolves once a training is begun that is not done. */
  const training = (out: string) =>
    vi.waitFor(
      () => {
        const lines = logOf(out);
        const open = lines.find(
          ({ event, job }) =>
            event === 'epoch' && !lines.some((one) => one.job === job && one.state === 'done'),
        );
        expect(open).toBeDefined();
        return open!.job;
      },
      { timeout: 120_000, interval: 20 },
    );
  async function isWhole(out: string, one: Started): Promise<void> {
    const { code } = await one.ended;
    expect(`${code} ${code ? one.said() : ''}`).toBe('0 ');
    expect(differenceOfRuns(out, whole)).toBeUndefined();
  }
  const listening = (one: Started) =>
    vi.waitFor(() => expect(one.said()).toContain('listens'), { timeout: 120_000, interval: 50 });
  const fresh = async () => join(await emptyFolder(), 'run');

  it('comes to the same by three workers, and nothing is begun twice', async () => {
    const out = await fresh();
    for (let i = 0; i < 3; i++) worker({}, 30);
    await isWhole(out, coordinator(out));
    expect(begun(out)).toHaveLength(new Set(begun(out).map(({ job }) => job)).size);
  }, 600_000);

  it.each<Record<string, string>>([
    { KILL_AFTER_RENAME: '1' },
    { KILL_AFTER_RENAME: '3' },
    { KILL_AFTER_RENAME: '8' },
    { KILL_AT_MARKER: 'before' },
    { KILL_AT_MARKER: 'after' },
  ])(
    'comes to the same where workers are killed in writing: %o',
    async (env) => {
      const out = await fresh();
      const run = coordinator(out);
      for (let kills = 0; kills < 3; kills++) {
        const victim = worker({ env: { KILL_AFTER_RENAME: '1000000', ...env } });
        const { signal } = await Promise.race([victim.ended, run.ended]);
        expect(signal).toBe('SIGKILL');
      }
      worker();
      worker();
      await isWhole(out, run);
    },
    600_000,
  );

  it('changes nothing where a worker that stood still ends what another has done meanwhile', async () => {
    const out = await fresh();
    const run = coordinator(out);
    const first = worker({}, 2);
    const job = await training(out);
    first.child.kill('SIGSTOP');
    const second = worker({}, 2);
    const done = () => logOf(out).some((line) => line.job === job && line.state === 'done');
    await vi.waitFor(() => expect(done()).toBe(true), { timeout: 120_000, interval: 50 });
    const markers = () =>
      readdirSync(join(out, 'round-0/jobs')).map((name) =>
        readFileSync(join(out, 'round-0/jobs', name), 'utf8'),
      );
    const marked = markers().filter((text) => text.includes('attempt'));
    first.child.kill('SIGCONT');
    await isWhole(out, run);
    expect(markers()).toEqual(expect.arrayContaining(marked));
    expect(second.child.exitCode).toBeNull();
  }, 600_000);

  it('goes on where Redis was killed, which had written down what it was told', async () => {
    const out = await fresh();
    const run = coordinator(out);
    worker();
    worker();
    await training(out);
    await redis.kill();
    await wait(2000);
    await redis.start();
    await isWhole(out, run);
    expect(run.said()).toMatch(/Redis at redis:\/\/127\.0\.0\.1:\d+ is away \(.+\); it is waited for\n/);
  }, 600_000);

  it('goes on where Redis has lost all, again and again', async () => {
    const out = await fresh();
    const run = coordinator(out);
    worker();
    worker();
    for (let i = 0; i < 3; i++) {
      await training(out);
      await redis.ask((one) => one.flushall());
      await wait(3000);
    }
    await isWhole(out, run);
  }, 600_000);

  it('goes on where its coordinator was killed, and another is started', async () => {
    const out = await fresh();
    const killed = coordinator(out);
    worker();
    worker();
    await training(out);
    killed.child.kill('SIGKILL');
    await killed.ended;
    await isWhole(out, coordinator(out));
  }, 600_000);

  it('goes on where the disk of a worker is full, which leaves with a sentence', async () => {
    const out = await fresh();
    const run = coordinator(out);
    const full = worker({ limit: 1 });
    expect((await full.ended).code).toBe(1);
    expect(full.said()).toMatch(/diff-pipeline: cannot write to .*: a file would be larger than is allowed/);
    worker();
    await isWhole(out, run);
    expect(run.said()).toMatch(/process \d+ failed: .*EFBIG.*; it is tried again/);
  }, 600_000);

  it('comes to the same numbers over 50 random kills, and nothing is done twice but what was lost', async () => {
    const random = randomStream(1);
    for (let kills = 0; kills < 50; ) {
      const out = await fresh();
      const before = kills;
      const workers = new Set<Started>();
      let run = coordinator(out);
      let over = false;
      // Two at a time, each killed some time after another job was begun; now and then the coordinator.
      const slot = async () => {
        while (!over) {
          const one = worker();
          workers.add(one);
          const patient = kills >= 50;
          if (!patient) {
            await Promise.race([listening(one), run.ended]);
            const before = begun(out).length;
            const another = vi
              .waitFor(() => expect(begun(out).length).toBeGreaterThan(before), { timeout: 15_000 })
              .catch(() => {});
            await Promise.race([another, run.ended]);
            await Promise.race([wait(random.uniform(0, 3000)), run.ended]);
          } else await run.ended;
          if (over || patient) return;
          one.child.kill('SIGKILL');
          kills++;
          await one.ended;
          if (random.uniform(0, 1) < 0.1 && !over && run.child.exitCode === null) {
            run.child.kill('SIGKILL');
            kills++;
            await run.ended;
            run = coordinator(out);
          }
        }
      };
      const slots = [slot(), slot()];
      for (;;) {
        const watched = run;
        const { code, signal } = await watched.ended;
        if (signal === 'SIGKILL') {
          await vi.waitFor(() => expect(run).not.toBe(watched), { timeout: 60_000 });
          continue;
        }
        over = true;
        expect(`${code} ${code ? watched.said() : ''}`).toBe('0 ');
        break;
      }
      for (const { child } of workers) child.kill('SIGKILL');
      await Promise.all(slots);
      expect(differenceOfRuns(out, whole)).toBeUndefined();
      const again = begun(out).length - new Set(begun(out).map(({ job }) => job)).size;
      console.log(`${kills - before} kills, ${again} jobs begun again`);
      expect(again).toBeLessThanOrEqual(2 * (kills - before));
    }
  }, 3_000_000);
});
