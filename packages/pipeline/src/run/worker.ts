// Runs in each thread of `runPipeline`.
import { rm } from 'node:fs/promises';
import { BroadcastChannel } from 'node:worker_threads';
import { type EngineName, useBackend } from '@diff/backend';
import type { EpochRecord } from '@diff/train';
import { writeAtomically } from '@diff/train/node';
import type { Config } from '../config/schema.js';
import { roundFolder, runFolder } from '../folder/run-folder.js';
import type { Done } from '../jobs/done.js';
import type { Context } from '../steps/context.js';
import { drawGallery } from '../steps/draw-gallery.js';
import { fuseCases } from '../steps/fuse-cases.js';
import type { UsableCase } from '../steps/load-data.js';
import type { InputShape } from '../steps/networks.js';
import { predictCases } from '../steps/predict-cases.js';
import { scoreRound } from '../steps/score-round.js';
import { trainArm } from '../steps/train-arm.js';
import { trainJudge } from '../steps/train-judge.js';
import type { Job, Work } from './plan.js';

/** What every worker gets, once. */
export interface Shared {
  config: Config;
  root: string;
  engine?: EngineName;
  structures: readonly string[];
  raters: readonly string[];
  input: InputShape;
  cases: readonly UsableCase[];
  /** Of the channel on which workers tell how far they are. */
  channel: string;
}

/** What workers tell while they work. */
export type Message = { job: string } & ({ started: true } | { done: number } | { epoch: EpochRecord });

let channel: BroadcastChannel;
let byId: Map<string, UsableCase>;

export async function setup(shared: Shared): Promise<void> {
  await useBackend({ prefer: shared.engine });
  byId = new Map(shared.cases.map((one) => [one.id, one]));
  channel = new BroadcastChannel(shared.channel);
  channel.unref();
}

export default async function run(job: Job, { shared }: { shared: Shared }): Promise<Done> {
  const folder = roundFolder(runFolder(shared.root).round(job.round));
  const tell = (message: object) => channel.postMessage({ job: job.id, ...message } as Message);
  tell({ started: true });
  const started = performance.now();
  // Before any output changes: whatever the marker stood for is no longer whole.
  await rm(folder.job(job.id), { force: true });
  const result = await perform(job.work, {
    ...shared,
    folder,
    seed: job.seed,
    key: job.key,
    cases: (ids) => ids.map((id) => byId.get(id)!),
    progress: (done) => tell({ done }),
    epoch: (record) => tell({ epoch: record }),
  });
  const done: Done = { key: job.key, seconds: (performance.now() - started) / 1000, result };
  await writeAtomically(folder.job(job.id), Buffer.from(JSON.stringify(done)));
  return done;
}

function perform(work: Work, context: Context): Promise<unknown> {
  switch (work.kind) {
    case 'judge':
      return trainJudge(work, context);
    case 'fuse':
      return fuseCases(work, context);
    case 'arm':
      return trainArm(work, context);
    case 'predict':
      return predictCases(work, context);
    case 'score':
      return scoreRound(work, context);
    case 'gallery':
      return drawGallery(work, context);
  }
}
