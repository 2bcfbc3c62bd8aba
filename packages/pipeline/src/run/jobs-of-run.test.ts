import { describe, expect, it } from 'vitest';
import { checkConfig } from '../config/read-config.js';
import { runFolder } from '../folder/run-folder.js';
import { jobsOfRun, type RunJob, type RunSources } from './jobs-of-run.js';

describe('jobsOfRun', () => {
  const split = {
    round: 0,
    seed: 0,
    train: [...'abcdefghijklmnop'],
    validation: [...'qrst'],
    test: [...'uvwxyz'],
    diagnosed: ['past z'],
    folds: [[...'abcdefg'], [...'hijklmn'], [...'opqrst']],
  };
  const jobsOf = (
    settings: object = {},
    engineOf?: RunSources['engineOf'],
    basis: object = { data: 'a hash' },
  ) =>
    jobsOfRun({
      config: checkConfig(settings),
      splits: [split],
      folder: runFolder('/run'),
      basis,
      engineOf,
      structures: ['cup'],
    });
  /** Which jobs a changed setting does again. */
  const redone = (settings: object) => {
    const before = new Set(jobsOf().map(({ key }) => key));
    return [...new Set(jobsOf(settings).flatMap(({ key, step }) => (before.has(key) ? [] : step)))];
  };
  const [guided, fused, plain] = [
    'train T&G on DF-GT',
    'train Baseline-Seg on DF-GT',
    'train Baseline-Seg on MV',
  ];
  const end = ['predict', 'score', 'draw'];

  it('counts the steps that the judges of whom to trust really take: whole passes through their cases', () => {
    const judges = jobsOf({ shared: { steps: 9 } }).filter(({ work }) => work.kind === 'fold judge');
    // 13, 13 and 14 cases, in one batch: 16 · 9 / 13 is 11.1 passes, 16 · 9 / 14 is 10.3.
    expect(judges.map(({ size }) => size)).toEqual([11, 11, 10]);
  });

  it('trains a guide by image on the diagnosed cases too, before T&G, and only where there is T&G', () => {
    const jobs = jobsOf({ segmentation: { guide: 'image' } });
    const guide = jobs.find(({ work }) => work.kind === 'guide')!;
    const { train, validation, diagnosed } = split;
    expect(guide.work).toEqual({ kind: 'guide', train, validation, diagnosed });
    expect(guide.size).toBe(40 * Math.floor(17 / 16));
    const named = (step: string) => jobs.find((job) => job.step === step)!;
    expect(named(guided).after).toContain(guide.id);
    expect(named(guided).after).not.toContain('Baseline-Dia, round 0');
    expect(named(plain).after).not.toContain(guide.id);
    const without = jobsOf({
      segmentation: { guide: 'image', arms: [{ network: 'Baseline-Seg', label: 'MV' }] },
    });
    expect(without.some(({ work }) => work.kind === 'guide')).toBe(false);
  });

  it('does again exactly what depends on a changed setting', () => {
    expect(redone({})).toEqual([]);
    expect(redone({ report: { cases: 3 } })).toEqual(['draw']);
    expect(redone({ train: { patience: 3 } })).toEqual(
      redone({ segmentation: { epochs: 9 }, diagnosis: { epochs: 9 } }),
    );
    expect(redone({ train: { schedule: 'constant' } })).toEqual(redone({ train: { patience: 3 } }));
    expect(redone({ fusion: { iterations: 9 } })).toEqual(['DF-GT', guided, fused, ...end]);
    expect(redone({ segmentation: { heads: 8 } })).toEqual([guided, ...end]);
    expect(redone({ segmentation: { epochs: 9 } })).toEqual([guided, fused, plain, ...end]);
    expect(redone({ diagnosis: { judges: ['dlCat', 'noMask', 'dlAtt'] } })).toEqual([
      'pre-train dlAtt',
      'score',
    ]);
    expect(redone({ diagnosis: { epochs: 9 } })).toEqual([
      'pre-train Baseline-Dia',
      'DF-GT',
      guided,
      fused,
      'pre-train dlCat',
      'pre-train noMask',
      ...end,
    ]);
    expect(redone({ segmentation: { guide: 'image' } })).toEqual(['pre-train the guide', guided, ...end]);
    const after = ['learn whom to trust', 'score', 'draw'];
    expect(redone({ shared: { resamples: 3 } })).toEqual(after);
    expect(redone({ shared: { steps: 9 } })).toEqual(['judges of whom to trust', ...after]);
    const shared = { segmentation: { arms: [{ network: 'Baseline-Seg', label: 'Shared' }] } };
    const told = new Set(jobsOf(shared).map(({ key }) => key));
    expect(
      jobsOf({ ...shared, shared: { by: 'place' } }).flatMap(({ key, step }) => (told.has(key) ? [] : step)),
    ).toEqual(['learn whom to trust', 'train Baseline-Seg on Shared', ...end]);
    const learned = { segmentation: { arms: [{ network: 'Baseline-Seg', label: 'AggNet' }] } };
    expect(redone(learned)).toEqual([
      'train AggNet',
      'fuse by networks',
      'train Baseline-Seg on AggNet',
      ...end,
    ]);
    const arms = [
      { network: 'T&G', label: 'DF-GT' },
      { network: 'T&G', label: 'MV' },
    ];
    expect(redone({ segmentation: { arms } })).toEqual(['train T&G on MV', ...end]);
  });

  it('has the engine of each kind in the keys of its jobs', () => {
    const on = (engines: Record<string, string>) =>
      jobsOf({}, (kind) => ({ name: (engines[kind] ?? 'wasm') as 'wasm', version: '1' }));
    const before = new Set(on({}).map(({ key }) => key));
    const again = (engines: Record<string, string>) => [
      ...new Set(on(engines).flatMap(({ key, step }) => (before.has(key) ? [] : step))),
    ];
    expect(again({ gallery: 'cpu' })).toEqual(['draw']);
    expect(again({ arm: 'node-gpu' })).toEqual([guided, fused, plain, ...end]);
    expect(again({ score: 'cpu', predict: 'cpu' })).toEqual(end);
    expect(new Set(on({ arm: 'node-gpu' }).map(({ work, engine }) => `${work.kind}: ${engine}`))).toContain(
      'arm: node-gpu',
    );
    // Runs from before engines could be chosen by kind have the same keys.
    const old = jobsOf({}, undefined, { data: 'a hash', engine: ['wasm', '1'] });
    expect(old.map(({ key }) => key)).toEqual(on({}).map(({ key }) => key));
  });

  it('lets every job wait for what it reads', () => {
    const jobs = jobsOf();
    const byId = new Map(jobs.map((job) => [job.id, job]));
    const needs = ({ after }: RunJob) => new Set(after.map((id) => byId.get(id)!.step));
    const of = (step: string) => needs(jobs.find((job) => job.step === step)!);
    expect(of(guided)).toEqual(new Set(['pre-train Baseline-Dia', 'DF-GT']));
    expect(of(fused)).toEqual(new Set(['DF-GT']));
    expect(of(plain)).toEqual(new Set());
    expect(of('predict')).toEqual(new Set([guided]));
    expect(of('score')).toEqual(
      new Set([
        'pre-train Baseline-Dia',
        'pre-train dlCat',
        'pre-train noMask',
        'DF-GT',
        'learn whom to trust',
        'predict',
      ]),
    );
    expect(of('learn whom to trust')).toEqual(new Set(['judges of whom to trust']));
    const judge = jobs.find(({ step }) => step === 'judges of whom to trust')!;
    expect(judge.work).toMatchObject({ fold: 0, train: [...'hijklmnopqrst'] });
    expect(byId.size).toBe(jobs.length);
    const learned = jobsOf({ segmentation: { arms: [{ network: 'T&G', label: 'MaxMig' }] } });
    const own = (step: string) => learned.find((job) => job.step === step)!;
    expect(own('fuse by networks').after).toEqual([own('train MaxMig').id]);
    for (const step of ['train T&G on MaxMig', 'score', 'draw'])
      expect(own(step).after).toContain(own('fuse by networks').id);
    // They look at no diagnosis: what nobody is tested by, the validation cases, is learned from too.
    expect(own('train MaxMig').work).toMatchObject({ train: [...'abcdefghijklmnopqrst'] });
  });
});
