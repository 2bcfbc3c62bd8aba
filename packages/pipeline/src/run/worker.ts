// Runs in each thread of `runPipeline`.
import { type EngineName, useBackend } from '@diff/backend';
import type { Config } from '../config/schema.js';
import { roundFolder, runFolder } from '../folder/run-folder.js';
import { jobWorker } from '../jobs/job-worker.js';
import type { Context } from '../steps/context.js';
import { drawGallery } from '../steps/draw-gallery.js';
import { fuseByNetwork } from '../steps/fuse-by-network.js';
import { fuseCases } from '../steps/fuse-cases.js';
import { learnShared, trainFoldJudge } from '../steps/learn-shared.js';
import type { UsableCase } from '../steps/load-data.js';
import type { InputShape } from '../steps/networks.js';
import { outlineCases } from '../steps/outline-cases.js';
import { predictCases } from '../steps/predict-cases.js';
import { scoreRound } from '../steps/score-round.js';
import { trainArm } from '../steps/train-arm.js';
import { trainFusion } from '../steps/train-fusion.js';
import { trainGuide } from '../steps/train-guide.js';
import { trainJudge } from '../steps/train-judge.js';
import type { RunJob, Work } from './jobs-of-run.js';

/** What every worker gets, once. */
export interface Shared {
  config: Config;
  root: string;
  engine?: EngineName;
  structures: readonly string[];
  raters: readonly string[];
  input: InputShape;
  cases: readonly UsableCase[];
}

let byId: Map<string, UsableCase>;
let running: EngineName | undefined;

const worker = jobWorker<Work, unknown, Shared>({
  async setup({ engine, cases }) {
    running = (await useBackend({ prefer: engine })).name;
    byId = new Map(cases.map((one) => [one.id, one]));
  },
  async work(job, shared, { progress, news, staged }) {
    const { round, seed, key, work, engine = running } = job as RunJob;
    if (engine !== running) running = (await useBackend({ prefer: engine })).name;
    return perform(work, {
      ...shared,
      folder: roundFolder(runFolder(shared.root).round(round)),
      seed,
      key,
      cases: (ids) => ids.map((id) => byId.get(id)!),
      progress,
      staged,
      epoch: news,
    });
  },
});

export const { setup } = worker;
export default worker.run;

function perform(work: Work, context: Context): Promise<unknown> {
  switch (work.kind) {
    case 'judge':
      return trainJudge(work, context);
    case 'guide':
      return trainGuide(work, context);
    case 'fuse':
      return fuseCases(work, context);
    case 'fold judge':
      return trainFoldJudge(work, context);
    case 'shared':
      return learnShared(work, context);
    case 'train fusion':
      return trainFusion(work, context);
    case 'fuse by network':
      return fuseByNetwork(work, context);
    case 'arm':
      return trainArm(work, context);
    case 'predict':
      return predictCases(work, context);
    case 'score':
      return scoreRound(work, context);
    case 'gallery':
      return drawGallery(work, context).then(() => outlineCases(work, context));
  }
}
