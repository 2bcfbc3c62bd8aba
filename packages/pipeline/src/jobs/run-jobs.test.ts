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

  it('takes a setting that is undefined for one that is not there', async () => {
    const { done, job, results } = await place();
    const one = job('a', { x: 1 }, { key: { x: 1 } });
    await results([one]);
    await results([{ ...one, key: { x: 1, y: undefined } }]);
    expect(done()).toEqual(['a']);
  });

  it('names what is damaged, and does it again', async () => {
    const { root, done, job, results, run } = await place();
    const output = join(root, 'output');
    const one = job('a', { x: 1, output }, { outputs: [output] });
    const whole = await results([one]);
    const marker = readFileSync(one.marker);
    const damages: [path: string, bytes: string, says: string][] = [
      [output, 'x', `${output} is damaged: its SHA-256 is `],
      [one.marker, '{"key": ', `${one.marker} is damaged: it is not JSON`],
      [
        one.marker,
        marker.toString().replace('"result":2', '"result":3'),
        `${one.marker} is damaged: its SHA`,
      ],
      [one.marker, '{"key":{"x":1},"seconds":1,"result":2}', `${one.marker} has no checksum`],
    ];
    for (const [path, bytes, says] of damages) {
      writeFileSync(path, bytes);
      const said: string[] = [];
      const again = await run([one], { onDamage: (_: string, sentence: string) => said.push(sentence) });
      expect(said).toEqual([expect.stringContaining(says)]);
      expect([...again.values()].map(({ result }) => result)).toEqual(whole);
    }
    expect(done()).toHaveLength(1 + damages.length);
  });

  it('gives up what hangs and what waits for it, and does the rest', async () => {
    const { done, job, run, results } = await place();
    const jobs = [
      job('hangs', { x: 1, fate: 'hangs' }, { timeLimit: 0.5 }),
      job('waits', { x: 2 }, { after: ['hangs'] }),
      job('waits too', { x: 3 }, { after: ['waits'] }),
      job('b', { x: 4 }, { timeLimit: 60 }),
      job('c', { x: 5 }, { after: ['b'] }),
    ];
    await expect(run(jobs)).rejects.toThrow(
      /^runJobs: hangs: it took longer than 0\.5 s \(2 jobs wait for it\)$/,
    );
    expect(done()).toEqual(['hangs', 'b', 'c']);
    expect(await results(jobs.slice(3))).toEqual([8, 10]);
    await expect(run([job('a', { x: 1 }, { timeLimit: -1 })])).rejects.toThrow(
      'runJobs: timeLimit of a is -1, expected a finite number of at least 0',
    );
  });

  it('gives up what ends its worker twice, and does the rest', async () => {
    const { done, job, run } = await place();
    const jobs = [job('dies', { x: 1, fate: 'dies' }), job('b', { x: 4 })];
    await expect(run(jobs)).rejects.toThrow(
      'runJobs: dies ended its worker twice: worker exited with code: 3',
    );
    expect(done()).toEqual(['dies', 'dies', 'b']);
  });

  it('refuses to read what was damaged since it was made', async () => {
    const { root, job, run } = await place();
    const output = join(root, 'output');
    const first = job('a', { x: 1, output }, { outputs: [output] });
    const jobs = [first, job('b', { x: 2 }, { after: ['a'] })];
    const damage = {
      onJob: (id: string, state: string) => id === 'a' && state === 'done' && writeFileSync(output, '?'),
    };
    // The second job is handed out after the first one's result was heard.
    await expect(run(jobs, damage)).rejects.toThrow(`${output} is damaged`);
    expect(existsSync(jobs[1]!.marker)).toBe(false);
    expect([...(await run(jobs)).values()].map(({ result }) => result).sort()).toEqual([2, 4]);
  });
});
