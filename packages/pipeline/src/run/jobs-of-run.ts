import { createHash } from 'node:crypto';
import type { EngineName } from '@diff/backend';
import { labelsOf, type NetworkLabel, networkLabels } from '../config/fusions.js';
import { type Arm, armName, type Config } from '../config/schema.js';
import { type WorkKind, workKinds } from '../config/work-kinds.js';
import { type RunFolder, roundFolder } from '../folder/run-folder.js';
import type { Job } from '../jobs/job.js';
import type { Gallery } from '../steps/draw-gallery.js';
import { FIT_BATCH } from '../steps/learn-shared.js';
import { BASELINE, GUIDE, judgeNames } from '../steps/networks.js';
import type { Scoring } from '../steps/score-round.js';
import type { Split } from '../steps/split-data.js';
import type { GuideCases } from '../steps/train-guide.js';
import { batchOf, type TrainingCases } from '../steps/train-network.js';
import { stepsOnFusions } from '../steps/train-on-fusions.js';

export type Work =
  | ({ kind: 'judge'; name: string } & TrainingCases)
  | ({ kind: 'guide' } & GuideCases)
  | { kind: 'fuse'; ids: string[] }
  | { kind: 'fold judge'; fold: number; train: string[] }
  | { kind: 'shared'; folds: string[][] }
  | { kind: 'train fusion'; label: NetworkLabel; train: string[] }
  | { kind: 'fuse by network'; label: NetworkLabel; ids: string[] }
  | ({ kind: 'arm'; arm: Arm } & TrainingCases)
  | { kind: 'predict'; arm: string; test: string[] }
  | ({ kind: 'score' } & Scoring)
  | ({ kind: 'gallery'; outlines: string } & Gallery);

/** Seconds that a job may take, by its kind: networks that diagnose, fusion, whom to trust, networks that segment, … */
export interface TimeLimits {
  judge?: number;
  guide?: number;
  fuse?: number;
  'fold judge'?: number;
  shared?: number;
  'train fusion'?: number;
  'fuse by network'?: number;
  arm?: number;
  predict?: number;
  score?: number;
  gallery?: number;
}

// Every kind of work is in the list, and has a limit.
workKinds satisfies readonly (Work['kind'] & keyof TimeLimits)[];
type Missing = Exclude<Work['kind'], WorkKind>;
true satisfies [Missing] extends [never] ? true : Missing;

/** What computes jobs of a kind; the version is null where it is not known here. */
export interface JobEngine {
  name: EngineName;
  version: string | null;
}

/** A job of a run. */
export interface RunJob extends Job<Work> {
  round: number;
  /** Seed of the round. */
  seed: number;
  /** SHA-256 of everything that decides its result, the jobs before it included. */
  key: string;
  after: string[];
  outputs: string[];
  /** What computes it. */
  engine?: EngineName;
}

export interface RunSources {
  config: Config;
  splits: readonly Split[];
  folder: RunFolder;
  /** What every result depends on: the data's hash, structures, raters. */
  basis: object | null;
  /** The engine is part of every job's key. */
  engineOf?: (kind: WorkKind) => JobEngine;
  structures: readonly string[];
}

/**
 * All jobs of a run, the more pressing first: whatever many others wait for. A job's key is made of the settings that
 * decide its result, and no others, so that changing one setting changes the keys of what depends on it.
 */
export function jobsOfRun(sources: RunSources): RunJob[] {
  return sources.splits.flatMap((split) => jobsOfRound(split, sources));
}

function jobsOfRound(split: Split, { config, folder, basis, engineOf, structures }: RunSources): RunJob[] {
  const { round, seed, train, validation, test, diagnosed, folds } = split;
  const files = roundFolder(folder.round(round));
  const { judges: _, ...diagnosis } = config.diagnosis;
  const { arms, ...segmentation } = config.segmentation;
  const pixels = pixelsOf(config);
  const jobs: RunJob[] = [];
  const add = (
    id: string,
    step: string,
    work: Work,
    settings: unknown,
    rest: Pick<RunJob, 'size' | 'unit' | 'cost' | 'outputs'> & { after?: readonly RunJob[] },
  ): RunJob => {
    const { after = [], ...others } = rest;
    const before = after.map(({ key }) => key);
    const engine = engineOf?.(work.kind);
    const on = engine ? { ...basis, engine: [engine.name, engine.version] } : basis;
    const key = createHash('sha256')
      .update(JSON.stringify([work, settings, seed, on, before]))
      .digest('hex');
    const named = `${id}, round ${round}`;
    const job = {
      id: named,
      marker: files.job(named),
      round,
      seed,
      step,
      work,
      key,
      after: after.map((one) => one.id),
      ...(engine && { engine: engine.name }),
      ...others,
    };
    jobs.push(job);
    return job;
  };
  const stepsOf = (
    { epochs, batchSize }: { epochs: number; batchSize: number },
    { length } = train as readonly string[],
  ) => epochs * Math.floor(length / batchOf(batchSize, length));
  // Without a validation part patience means nothing.
  const stopping = validation.length ? { patience: config.train.patience } : {};
  const { schedule } = config.train;
  const judge = (name: string) =>
    add(
      name,
      `pre-train ${name}`,
      { kind: 'judge', name, train, validation },
      { ...diagnosis, ...stopping, schedule },
      {
        size: stepsOf(diagnosis),
        unit: 'steps',
        cost: pixels * diagnosis.batchSize * (name === BASELINE ? COST.baseline : COST.judge),
        outputs: [files.model(name)],
      },
    );
  const fuse = (part: string, cases: string[]) =>
    chunks(cases, config.fusion.batchSize).map((ids, i) =>
      add(`DF-GT ${part} ${i}`, 'DF-GT', { kind: 'fuse', ids }, config.fusion, {
        size: ids.length,
        unit: 'cases',
        cost: pixels * config.fusion.iterations * COST.fuse,
        outputs: ids.map(files.fused),
        after: [baseline],
      }),
    );

  const baseline = judge(BASELINE);
  const byImage = segmentation.guide === 'image' && arms.some(({ network }) => network === 'T&G');
  const guide = byImage
    ? add(
        GUIDE,
        'pre-train the guide',
        { kind: 'guide', train, validation, diagnosed },
        { ...diagnosis, ...stopping, schedule },
        {
          size: stepsOf(diagnosis, [...train, ...diagnosed]),
          unit: 'steps',
          cost: pixels * diagnosis.batchSize * COST.judge,
          outputs: [files.model(GUIDE)],
        },
      )
    : baseline;
  const fused = fuse('training', [...train, ...validation]);
  const { by, resamples, iterations, ...judging } = config.shared;
  const small = Math.min(config.shared.size, config.data.size) ** 2 / 4096;
  const foldJudges = folds.map((_, fold) => {
    const others = folds.flatMap((ids, k) => (k === fold ? [] : ids));
    return add(
      `judge of fold ${fold}`,
      'judges of whom to trust',
      { kind: 'fold judge', fold, train: others },
      { ...judging, width: config.diagnosis.width },
      {
        size: stepsOnFusions(judging.steps, others.length),
        unit: 'steps',
        cost: small * FIT_BATCH * COST.judge,
        outputs: [files.foldJudge(fold)],
      },
    );
  });
  const shared = add(
    'whom to trust',
    'learn whom to trust',
    { kind: 'shared', folds },
    { by, resamples, iterations },
    {
      size: 1 + resamples,
      unit: 'fits',
      cost: small * iterations * FIT_BATCH * COST.shared,
      outputs: [files.expertness],
      after: foldJudges,
    },
  );
  const byNetwork = networkLabels
    .filter((label) => labelsOf(config).includes(label))
    .map((label) => {
      const learned = [...train, ...validation];
      const { width, depth, epochs, batchSize, learningRate } = segmentation;
      const network = add(
        label,
        `train ${label}`,
        { kind: 'train fusion', label, train: learned },
        { width, depth, epochs, batchSize, learningRate, schedule },
        {
          size: epochs * Math.floor(learned.length / batchOf(batchSize, learned.length)),
          unit: 'steps',
          cost: pixels * batchSize * COST.plain,
          outputs: [files.model(label)],
        },
      );
      const ids = [...learned, ...test];
      const fused = add(
        `fuse by ${label}`,
        'fuse by networks',
        { kind: 'fuse by network', label, ids },
        null,
        {
          size: ids.length,
          unit: 'cases',
          cost: pixels * COST.predict,
          outputs: ids.map((id) => files.fusion(label, id)),
          after: [network],
        },
      );
      return { label, fused };
    });
  const trained = arms.map((arm) => {
    const { guide: by, ...known } = segmentation;
    const { blocks, variant, residual, heads, ...plain } = known;
    const guided = arm.network === 'T&G';
    // A guide by mask is what there was before the setting: keys stay what they were.
    const ofGuided = by === 'mask' ? known : segmentation;
    return add(
      armName(arm),
      `train ${armName(arm)}`,
      { kind: 'arm', arm, train, validation },
      { ...(guided ? ofGuided : plain), ...stopping, schedule },
      {
        size: stepsOf(segmentation),
        unit: 'steps',
        cost: pixels * segmentation.batchSize * (guided ? COST.guided : COST.plain),
        outputs: [files.model(armName(arm))],
        after: [
          ...(guided ? [guide] : []),
          ...(arm.label === 'DF-GT' ? fused : []),
          ...(arm.label === 'Shared' ? [shared] : []),
          ...byNetwork.flatMap(({ label, fused: labels }) => (arm.label === label ? [labels] : [])),
        ],
      },
    );
  });
  const others = judgeNames(config).slice(1).map(judge);
  const fusedTest = fuse('test', test);
  const names = arms.map(armName);
  const predicted = names.map((arm, i) =>
    add(`predict with ${arm}`, 'predict', { kind: 'predict', arm, test }, null, {
      size: test.length,
      unit: 'cases',
      cost: pixels * COST.predict,
      outputs: structures.flatMap((structure) => test.map((id) => files.prediction(arm, structure, id))),
      after: [trained[i]!],
    }),
  );
  const judges = judgeNames(config);
  const labels = byNetwork.map(({ fused }) => fused);
  const everything = [baseline, ...others, ...fused, ...fusedTest, shared, ...labels, ...predicted];
  add('score', 'score', { kind: 'score', train, test, judges, arms: names }, MEASURES, {
    size: test.length,
    unit: 'cases',
    cost: pixels * COST.score,
    outputs: [],
    after: everything,
  });
  if (round === 0) {
    const attentive = names.find((name) => name === 'T&G on DF-GT');
    const { gallery: path, outlines } = folder;
    const { cases, browse } = config.report;
    const work: Work = { kind: 'gallery', path, outlines, test, arms: names, attentive };
    add(
      'gallery',
      'draw',
      work,
      { cases, browse },
      {
        size: 1,
        unit: 'pictures',
        cost: pixels * COST.score,
        outputs: [path, outlines],
        after: [...fusedTest, shared, ...labels, ...predicted, ...trained],
      },
    );
  }
  return jobs;
}

/**
 * Milliseconds a case of 64 × 64 pixels (of `fuse`: and iteration), with the default networks on wasm and one core of a server
 * of 2026, as runs of `reproduce` took them.
 */
export const COST = {
  baseline: 11,
  judge: 8,
  fuse: 10,
  shared: 6,
  guided: 21,
  plain: 8,
  predict: 20,
  score: 20,
};

/** What a case is scored by: part of the key, so that an older version's scores are made anew. */
const MEASURES = ['soft Dice', 'HD95', 'logits'];

/** How much larger images are than those of `COST`. */
export const pixelsOf = ({ data }: Pick<Config, 'data'>) => data.size ** 2 / 4096;

function chunks<T>(items: readonly T[], size: number): T[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, i) => items.slice(i * size, (i + 1) * size));
}
