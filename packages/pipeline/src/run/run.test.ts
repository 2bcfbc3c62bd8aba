import { describe, expect, it } from 'vitest';
import { checkConfig } from '../config/read-config.js';
import { fileName } from '../folder/file-name.js';
import { runFolder } from '../folder/run-folder.js';
import { sentence, tracker } from '../jobs/progress.js';
import { schedule } from '../jobs/schedule.js';
import { explained } from './failures.js';
import { type Job, plan } from './plan.js';
import { differences } from './previous-run.js';

describe('fileName', () => {
  it('leaves what is harmless, and escapes the rest so that it can be told apart', () => {
    expect(fileName('T&G on DF-GT')).toBe('T&G on DF-GT');
    expect(fileName('LIDC-IDRI-0001/nodule-0/slice-2')).toBe('LIDC-IDRI-0001%2Fnodule-0%2Fslice-2');
    const texts = [
      'a/b',
      'a%2Fb',
      'a\\b',
      '..',
      '.',
      '.hidden',
      'é',
      'e',
      'a.',
      'a',
      'a ',
      ' a',
      'x:y*?"<>|',
    ];
    const names = texts.map(fileName);
    expect(new Set(names).size).toBe(texts.length);
    expect(names.map(decodeURIComponent)).toEqual(texts);
    for (const name of names) expect(name).toMatch(/^[^./\\:*?"<>| ](?:[^/\\:*?"<>|]*[^./\\:*?"<>| ])?$/);
  });
});

describe('schedule', () => {
  it('hands out what is ready, the first in the list first, and no more than allowed', async () => {
    const jobs = [
      { id: 'a', after: [] },
      { id: 'b', after: ['a'] },
      { id: 'c', after: ['before'] },
      { id: 'd', after: ['b', 'c'] },
      { id: 'e', after: [] },
    ];
    const { ready, finish } = schedule(jobs, ['before'], 2);
    const next = async () => (await ready.next()).value?.id;
    expect([await next(), await next()]).toEqual(['a', 'c']);
    const third = next();
    finish('c');
    expect(await third).toBe('e');
    finish('a');
    expect(await next()).toBe('b');
    const last = next();
    finish('e');
    finish('b');
    expect(await last).toBe('d');
    expect((await ready.next()).done).toBe(true);
  });

  it('says so where a job waits for none of the others', async () => {
    const { ready } = schedule([{ id: 'a', after: ['nobody'] }], [], 1);
    await expect(ready.next()).rejects.toThrow('a waits for a job that is not there');
  });
});

describe('plan', () => {
  const split = { round: 0, seed: 0, train: [...'abcdefghijklmnopqrst'], test: [...'uvwxyz'] };
  const jobsOf = (settings: object = {}) =>
    plan({
      config: checkConfig(settings),
      splits: [split],
      folder: runFolder('/run'),
      basis: 'the data and engine',
      structures: ['cup'],
    });
  /** Which jobs a changed setting does again. */
  const redone = (settings: object) => {
    const before = new Set(jobsOf().map(({ key }) => key));
    return [...new Set(jobsOf(settings).flatMap(({ key, step }) => (before.has(key) ? [] : step)))];
  };
  const [guided, plain] = ['train T&G on DF-GT', 'train Baseline-Seg on MV'];
  const end = ['predict', 'score', 'draw'];

  it('does again exactly what depends on a changed setting', () => {
    expect(redone({})).toEqual([]);
    expect(redone({ report: { cases: 3 } })).toEqual(['draw']);
    expect(redone({ fusion: { iterations: 9 } })).toEqual(['DF-GT', guided, ...end]);
    expect(redone({ segmentation: { heads: 8 } })).toEqual([guided, ...end]);
    expect(redone({ segmentation: { epochs: 9 } })).toEqual([guided, plain, ...end]);
    expect(redone({ diagnosis: { judges: ['dlCat', 'noMask'] } })).toEqual(['pre-train noMask', 'score']);
    expect(redone({ diagnosis: { epochs: 9 } })).toEqual([
      'pre-train Baseline-Dia',
      'DF-GT',
      guided,
      'pre-train dlCat',
      ...end,
    ]);
    const arms = [
      { network: 'T&G', label: 'DF-GT' },
      { network: 'T&G', label: 'MV' },
    ];
    expect(redone({ segmentation: { arms } })).toEqual(['train T&G on MV', ...end]);
  });

  it('lets every job wait for what it reads', () => {
    const jobs = jobsOf();
    const byId = new Map(jobs.map((job) => [job.id, job]));
    const needs = ({ after }: Job) => new Set(after.map((id) => byId.get(id)!.step));
    const of = (step: string) => needs(jobs.find((job) => job.step === step)!);
    expect(of(guided)).toEqual(new Set(['pre-train Baseline-Dia', 'DF-GT']));
    expect(of(plain)).toEqual(new Set());
    expect(of('predict')).toEqual(new Set([guided]));
    expect(of('score')).toEqual(new Set(['pre-train Baseline-Dia', 'pre-train dlCat', 'DF-GT', 'predict']));
    expect(byId.size).toBe(jobs.length);
  });
});

describe('progress', () => {
  const job = (id: string, step: string, size: number, cost: number) =>
    ({ id, step, size, cost, unit: 'cases' }) as Job;

  it('adds up the jobs of a step, and guesses the time left from what this session did', () => {
    const jobs = [job('a', 'one', 10, 1), job('b', 'one', 10, 1), job('c', 'two', 5, 4)];
    const track = tracker(jobs, Date.now() - 60_000);
    track.skip(jobs[0]!);
    track.start();
    const progress = track.update('b', 4);
    expect(progress).toMatchObject({ step: 'one', done: 14, total: 20, unit: 'cases', left: undefined });
    expect(progress.seconds).toBeCloseTo(60, 0);
  });

  it('is a sentence', () => {
    const progress = { step: 'DF-GT', done: 96.4, total: 144, unit: 'cases', seconds: 65 };
    expect(sentence(progress)).toBe('DF-GT: 96 of 144 cases, 1 min 05 s');
    expect(sentence({ ...progress, left: 3725 })).toBe(
      'DF-GT: 96 of 144 cases, 1 min 05 s, about 1 h 02 min left',
    );
  });
});

describe('differences', () => {
  it('names every setting that changed', () => {
    const before = { seed: 0, fusion: { iterations: 60 }, arms: ['a'] };
    expect(differences(before, { seed: 0, fusion: { iterations: 30, rate: 1 }, arms: ['b'] })).toEqual([
      'fusion.iterations was 60, is 30',
      'fusion.rate was not given, is 1',
      'arms was ["a"], is ["b"]',
    ]);
    expect(differences(before, structuredClone(before))).toEqual([]);
  });
});

describe('explained', () => {
  it('knows a full disk by its message, and leaves what is a fault of the program', () => {
    const full = new Error('parallelMap: score: ENOSPC: no space left on device, write');
    expect(explained(full, 'out')).toMatchObject({
      name: 'UserError',
      exitCode: 1,
      message: expect.stringMatching(/^cannot write to out: no space is left on the device; .* goes on$/),
    });
    const bug = new TypeError('x is undefined');
    expect(explained(bug, 'out')).toBe(bug);
  });
});
