import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workerBeside } from '@diff/backend/parallel';
import { Queue, Worker } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { emptyFolder } from '../../fixtures/command-line.js';
import { hasRedis, type RedisServer, redisServer } from '../../fixtures/redis-server.js';
import { UserError } from '../../user-error.js';
import { doneBefore } from '../done.js';
import type { Sum } from '../fixtures/counting-worker.js';
import type { Job } from '../job.js';
import type { Progress } from '../progress.js';
import { doJobs, runJobs } from '../run-jobs.js';
import { threads } from '../threads.js';
import { queued } from './coordinate.js';
import { digest, planOf } from './message.js';
import { type ServeOptions, serve, Unfit } from './serve.js';

const module = workerBeside(import.meta.url, '../fixtures/counting-worker');

describe.skipIf(!hasRedis)('jobs on a queue (redis-server)', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await redisServer({ password: 'geheim' });
  });
  afterAll(() => redis?.kill());

  /** A folder of jobs, and a queue of its own. */
  async function place() {
    const root = await emptyFolder();
    const log = join(root, 'log');
    const kind = root.replaceAll(/\W/g, '');
    const done = () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []);
    const job = (id: string, work: Sum, more: Partial<Job<Sum>> = {}): Job<Sum> => ({
      ...{ id, work, key: work, marker: join(root, `${id}.json`) },
      ...{ step: 'sums', size: 1, unit: 'sums', cost: 1 },
      ...more,
    });
    const shared = { factor: 2, log };
    const said: string[] = [];
    const say = (text: string) => said.push(text);
    const coordinate = (jobs: Job<Sum>[], options: object = {}) => {
      const hands = queued<Sum, number>({
        ...{ url: redis.url, run: root, plan: planOf(jobs), kindOf: () => kind, workerFor: () => 'worker' },
        ...{ say, poll: 300, pause: 100 },
      });
      return doJobs(jobs, hands, options);
    };
    const set = {};
    const worker = (jobs: Job<Sum>[], more: Partial<ServeOptions<Sum, number>> = {}) => {
      const stop = new AbortController();
      const inputs = async ({ after = [] }: Job<Sum>) => {
        const before = jobs.filter(({ id }) => after.includes(id));
        const seals = await Promise.all(
          before.map(async (one) => {
            const found = await doneBefore(one);
            return (one.outputs ?? []).map((path, i) => [path, found!.seals[i]!] as const);
          }),
        );
        return seals.flat();
      };
      const ended = serve<Sum, number>({
        url: redis.url,
        kinds: [{ kind, concurrency: 1 }],
        taskOf: async (message) => {
          const found = jobs.find(({ id, key }) => id === message.job && digest(key) === message.key);
          if (!found) return undefined;
          const { timeLimit } = message;
          return {
            job: { ...found, inputs: await inputs(found), ...(timeLimit && { timeLimit }) },
            set,
            hands: () => threads(module, { workers: 1, shared }),
          };
        },
        ...{ signal: stop.signal, say },
        ...more,
      });
      ended.catch(() => {});
      onTestFinished(async () => {
        stop.abort();
        await ended.catch(() => {});
      });
      return { ended, stop };
    };
    return { root, kind, done, job, coordinate, worker, said, shared };
  }

  it('does each job once, after those that it needs, and to what one process comes to', async () => {
    const { root, done, job, coordinate, worker, shared } = await place();
    const output = join(root, 'output');
    const jobs = [
      job('c', { x: 3 }, { after: ['a', 'b'] }),
      job('a', { x: 1, output }, { outputs: [output] }),
      job('b', { x: 2 }),
      job('d', { x: 4 }, { after: ['c'] }),
    ];
    const seen: Progress[] = [];
    const news: unknown[] = [];
    const workers = [worker(jobs), worker(jobs)];
    const all = await coordinate(jobs, {
      onProgress: (progress: Progress) => seen.push(progress),
      onNews: (...told: unknown[]) => news.push(told),
    });
    expect(done().sort()).toEqual(['a', 'b', 'c', 'd']);
    expect(done().slice(2)).toEqual(['c', 'd']);
    expect(seen.at(-1)).toMatchObject({ step: 'sums', done: 4, total: 4, running: [] });
    expect(news).toContainEqual(['a', { doubled: 1 }]);
    for (const { stop } of workers) stop.abort();
    const counts = await Promise.all(workers.map(({ ended }) => ended));
    expect(counts[0]! + counts[1]!).toBe(4);
    const alone = await runJobs<Sum, number, object>(jobs, module, { workers: 1, shared });
    expect([...alone].sort()).toEqual([...all].sort());
    expect(done()).toHaveLength(4);
  });

  it('says once that no worker listens, where none does', async () => {
    const { kind, job, coordinate, worker, said } = await place();
    const jobs = [job('a', { x: 1 })];
    const queue = new Queue(`diff-${kind}`, { connection: { port: redis.port, password: 'geheim' } });
    onTestFinished(() => queue.close());
    const all = coordinate(jobs);
    const hint = `no worker takes such jobs yet: worker --queue redis://127.0.0.1:${redis.port}`;
    await vi.waitFor(() => expect(said).toEqual([hint]), { timeout: 60_000 });
    worker(jobs);
    await vi.waitFor(async () => expect(await queue.getWorkersCount()).toBe(1), { timeout: 60_000 });
    await all;
    expect(said).toEqual([hint]);
  });

  it('stops at a job that fails three times, names its error and the worker, and keeps the rest', async () => {
    const { job, coordinate, worker, said } = await place();
    const jobs = [job('good', { x: 1 }), job('bad', { x: -1 })];
    worker(jobs);
    const stopped = coordinate(jobs);
    await expect(stopped).rejects.toThrow(/^queue: bad: x is -1 \(3 times, last on \S+ process \d+\)$/);
    expect(said.filter((text) => text.endsWith('bad: x is -1; it is tried again'))).toHaveLength(2);
    expect(await doneBefore(jobs[0]!)).toBeDefined();
  });

  it('gives up what hangs, and does what does not need it', async () => {
    const { job, coordinate, worker, done } = await place();
    const jobs = [
      job('hangs', { x: 1, fate: 'hangs' }, { timeLimit: 0.5 }),
      job('waits', { x: 2 }, { after: ['hangs'] }),
      job('b', { x: 4 }),
    ];
    worker(jobs);
    await expect(coordinate(jobs)).rejects.toThrow(
      'runJobs: hangs: it took longer than 0.5 s (1 job waits for it)',
    );
    expect(done()).toEqual(['hangs', 'b']);
  });

  it('goes on where Redis has lost everything, or a worker left in the midst', async () => {
    const { job, coordinate, worker, done } = await place();
    const jobs = [
      job('slow', { x: 1, fate: 'waits' }),
      job('b', { x: 2 }, { after: ['slow'] }),
      job('c', { x: 3 }, { after: ['b'] }),
    ];
    const first = worker(jobs);
    const all = coordinate(jobs);
    await vi.waitFor(() => expect(done()).toEqual(['slow']), { timeout: 60_000 });
    await redis.ask((one) => one.flushall());
    first.stop.abort();
    await first.ended;
    worker(jobs);
    expect([...(await all).values()].map(({ result }) => result)).toEqual([2, 4, 6]);
    // The one job that was lost was begun again, no other.
    expect(done()).toEqual(['slow', 'slow', 'b', 'c']);
  });

  it.each([true, false])('loses workers without end where they bring it further: %s', async (further) => {
    const { kind, job, coordinate, worker, done } = await place();
    const jobs = [job('a', { x: 1 })];
    const all = coordinate(jobs);
    all.catch(() => {});
    const connection = { port: redis.port, password: 'geheim', maxRetriesPerRequest: null };
    const lost = new Worker(
      `diff-${kind}`,
      async (one) => {
        if (further) await one.updateProgress({ worker: 'lost', told: { done: 1 } });
        setTimeout(() => lost.close(true));
        await new Promise(() => {});
      },
      { connection, lockDuration: 200, skipLockRenewal: true, skipStalledCheck: true },
    );
    await once(lost, 'closed');
    worker(jobs, { lock: 0.2, losses: 0 });
    if (further) expect((await all).get('a')?.result).toBe(2);
    else
      await expect(all).rejects.toThrow(
        'runJobs: a: its workers were lost one after the other, and it came no further',
      );
    expect(done()).toEqual(further ? ['a'] : []);
  });

  it('gives a job back that the machine cannot do, and leaves; another does it', async () => {
    const { job, coordinate, worker } = await place();
    const jobs = [job('a', { x: 1 })];
    const taken: string[] = [];
    const unfit = worker(jobs, {
      taskOf: async ({ job: id }) => {
        taken.push(id);
        throw new Unfit('there is no run of a queue here', 1);
      },
    });
    const all = coordinate(jobs);
    await expect(unfit.ended).rejects.toThrow('there is no run of a queue here');
    expect(taken).toEqual(['a']);
    worker(jobs);
    expect((await all).get('a')?.result).toBe(2);
  });

  it('leaves out a job that it cannot do where nobody waits for it, and goes on', async () => {
    const { root, kind, coordinate, job, worker, said } = await place();
    const queue = new Queue(`diff-${kind}`, { connection: { port: redis.port, password: 'geheim' } });
    onTestFinished(() => queue.close());
    // As a coordinator that was killed leaves it, of a folder that was removed.
    const old = digest('old');
    await queue.add('x', { format: 1, run: root, plan: old, job: 'old', key: old });
    const { ended } = worker([], {
      taskOf: async () => {
        throw new Unfit('there is no run of a queue here', 1);
      },
    });
    await vi.waitFor(async () => expect(await queue.getCompletedCount()).toBe(1), { timeout: 60_000 });
    expect(said).toEqual(['a job that nobody waits for was left out: there is no run of a queue here']);
    // For this one somebody waits.
    const stop = new AbortController();
    const all = coordinate([job('a', { x: 1 })], { signal: stop.signal });
    all.catch(() => {});
    await expect(ended).rejects.toThrow('there is no run of a queue here');
    stop.abort(new UserError('stopped', 130));
    await expect(all).rejects.toThrow('stopped');
  });

  it('does one job and ends with `once`, or none where none comes', async () => {
    const { job, coordinate, worker, done } = await place();
    const jobs = [job('a', { x: 1 }), job('b', { x: 2 })];
    const stop = new AbortController();
    const all = coordinate(jobs, { signal: stop.signal });
    all.catch(() => {});
    expect(await worker(jobs, { once: 60 }).ended).toBe(1);
    expect(done()).toEqual(['a']);
    stop.abort(new UserError('stopped', 130));
    await expect(all).rejects.toThrow('stopped');
    // What nobody waits for any more is withdrawn.
    expect(await worker(jobs, { once: 1 }).ended).toBe(0);
    expect(done()).toEqual(['a']);
  });

  it('refuses a message that is none, and knows no path of it', async () => {
    const { root, kind, job, worker, done } = await place();
    const jobs = [job('a', { x: 1 })];
    const { port } = redis;
    const queue = new Queue(`diff-${kind}`, { connection: { port, password: 'geheim' } });
    onTestFinished(() => queue.close());
    const whole = { format: 1, run: root, plan: planOf(jobs), job: 'a', key: digest(jobs[0]!.key) };
    const wrong = [
      { ...whole, run: '../etc' },
      { ...whole, outputs: ['/etc/passwd'] },
      { ...whole, key: 'k' },
      { ...whole, format: 2 },
      'text',
    ];
    for (const message of wrong) await queue.add('x', message);
    // Well formed, of another plan: not done, and no failure.
    await queue.add('x', { ...whole, key: digest('other') });
    worker(jobs);
    await vi.waitFor(async () => expect(await queue.getFailedCount()).toBe(wrong.length), {
      timeout: 60_000,
    });
    await vi.waitFor(async () => expect(await queue.getCompletedCount()).toBe(1), { timeout: 60_000 });
    expect(done()).toEqual([]);
  });
});
