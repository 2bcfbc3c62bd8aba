import { resolve } from 'node:path';
import { sealJson, unsealJson } from '@diff/train';
import { writeAtomically } from '@diff/train/node';
import { z } from 'zod';
import manifest from '../../package.json' with { type: 'json' };
import { type Config, configSchema, engineNames } from '../config/schema.js';
import type { RunFolder } from '../folder/run-folder.js';
import { folderArtifacts } from '../jobs/artifacts.js';
import { planOf } from '../jobs/queue/message.js';
import type { RunJob } from './jobs-of-run.js';
import type { EngineVersions } from './start-engine.js';

const planSchema = z.strictObject({
  format: z.literal(1),
  /** Of diff-pipeline. */
  version: z.string(),
  plan: z.string(),
  dataHash: z.string(),
  /** Null where the coordinator could not start an engine. */
  engines: z.partialRecord(z.enum(engineNames), z.string().nullable()),
  config: configSchema,
});

/** What a worker needs to know of a run to plan it as its coordinator did. */
export type QueuePlan = z.output<typeof planSchema>;

export const { version } = manifest;

/** Writes the plan into the run folder, where workers find it. */
export async function writeQueuePlan(
  folder: RunFolder,
  jobs: readonly RunJob[],
  { config, dataHash, engines }: { config: Config; dataHash: string; engines: EngineVersions },
): Promise<void> {
  const { root } = config.data;
  const plan: QueuePlan = {
    ...{ format: 1, version, plan: planOf(jobs), dataHash, engines },
    // A worker may stand in another folder.
    config: { ...config, data: { ...config.data, ...(root !== undefined && { root: resolve(root) }) } },
  };
  await writeAtomically(folder.queue, await sealJson(plan));
}

/** What `writeQueuePlan` wrote; undefined where there is nothing. @throws Error where it is damaged. */
export async function readQueuePlan(folder: RunFolder): Promise<QueuePlan | undefined> {
  const bytes = await folderArtifacts.read(folder.queue);
  if (!bytes) return undefined;
  const { success, data } = planSchema.safeParse(await unsealJson(bytes, folder.queue));
  if (!success) throw new Error(`${folder.queue} is damaged: it holds no plan`);
  return data;
}
