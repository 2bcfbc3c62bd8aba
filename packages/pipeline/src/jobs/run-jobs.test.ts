import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { workerBeside } from '@diff/backend/parallel';
import { describe, expect, it } from 'vitest';
import { emptyFolder } from '../fixtures/command-line.js';
import type { Sum } from './fixtures/counting-worker.js';
import type { Job } from './job.js';
import type { Progress } from './progress.js';
import { runJobs } from './run-jobs.js';

const module = workerBeside(import.meta.url, 'fixtures/counting-worker');

describe('runJobs', () => {
  async function place() {
    const root = await emptyFolder();
    const log = join(root, 'log');
    const done = () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []);
    const job = (id: string, work: Sum, more: Partial<Job<Sum>> = {}): Job<Sum> => ({
      ...{
        id,
        work,
        key: work,
        marker: join(root, `${id}.json`),
        step: 'sums',
        size: 1,
        unit: 'sums',
        cost: 1,
      },
      ...more,
    });
    const run = (jobs: Job<Sum>[], options = {}) =>
      runJobs<Sum, number, object>(jobs, module, { workers: 1, shared: { factor: 2, log }, ...options });
    const results = async (jobs: Job<Sum>[]) => [...(await run(jobs)).values()].map(({ result }) => result);
    return { root, done, job, run, results };
  }

  it('does each job after those that it needs, and tells how far it is', async () => {
    const { done, job, run } = await place();
    const seen: Progress[] = [];
    const news: unknown[] = [];
    const jobs = [job('b', { x: 2 }, { after: ['a'] }), job('a', { x: 1 })];
    const all = await run(jobs, {
      onProgress: (progress: Progress) => seen.push(progress),
      onNews: (...told: unknown[]) => news.push(told),
    });
    expect(done()).toEqual(['a', 'b']);
    expect([...all].map(([id, { result }]) => [id, result])).toEqual([
      ['a', 2],
      ['b', 4],
    ]);
    expect(seen.at(-1)).toMatchObject({ step: 'sums', done: 2, total: 2 });
    expect(news).toContainEqual(['a', { doubled: 1 }]);
  });

  it('does again only what is not there whole: another key, a lost output, a lost marker', async () => {
    const { root, done, job, results } = await place();
    const output = join(root, 'output');
    const jobs = [job('a', { x: 1 }), job('b', { x: 2, output }, { outputs: [output] }), job('c', { x: 3 })];
    expect(await results(jobs)).toEqual([2, 4, 6]);
    expect(await results(jobs)).toEqual([2, 4, 6]);
    expect(done()).toEqual(['a', 'b', 'c']);
    rmSync(output);
    rmSync(jobs[2]!.marker);
    expect((await results([job('a', { x: 10 }), jobs[1]!, jobs[2]!])).sort()).toEqual([20, 4, 6].sort());
    expect(done().slice(3).sort()).toEqual(['a', 'b', 'c']);
  });

  it('keeps what is done where a job fails or the caller stops', async () => {
    const { job, run, results } = await place();
    const good = job('good', { x: 1 });
    await expect(run([good, job('bad', { x: -1 })])).rejects.toThrow('bad: x is -1');
    expect(existsSync(good.marker)).toBe(true);
    const stopped = run([good, job('next', { x: 5 })], { signal: AbortSignal.abort(new Error('enough')) });
    await expect(stopped).rejects.toThrow('enough');
    expect(await results([good])).toEqual([2]);
  });

  it('takes a setting that is undefined for one that is not there, and no damaged marker for a missing one', async () => {
    const { done, job, results } = await place();
    const one = job('a', { x: 1 }, { key: { x: 1 } });
    await results([one]);
    await results([{ ...one, key: { x: 1, y: undefined } }]);
    expect(done()).toEqual(['a']);
    writeFileSync(one.marker, '{"key": ');
    await expect(results([one])).rejects.toThrow(SyntaxError);
  });
});
