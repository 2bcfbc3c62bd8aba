import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { useBackend } from '@diff/backend';
import { sealJson, unsealJson } from '@diff/train';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkConfig } from '../config/read-config.js';
import { emptyFolder } from '../fixtures/command-line.js';
import { hasRedis, type RedisServer, redisServer } from '../fixtures/redis-server.js';
import { tinySettings } from '../fixtures/tiny.js';
import type { Results } from '../folder/results.js';
import { runFolder } from '../folder/run-folder.js';
import type { Progress } from '../jobs/progress.js';
import { digest, type Message, planOf } from '../jobs/queue/message.js';
import { Unfit } from '../jobs/queue/serve.js';
import { loadData } from '../steps/load-data.js';
import { splitData } from '../steps/split-data.js';
import { jobsOfRun } from './jobs-of-run.js';
import { writeQueuePlan } from './queue-plan.js';
import { tasksOfRuns } from './queue-run.js';
import { runPipeline } from './run-pipeline.js';

/** A study of two seeds, in seconds, on two engines. */
const study = checkConfig({
  ...tinySettings,
  rounds: 2,
  engines: { predict: 'cpu' },
  data: { ...tinySettings.data, cases: 16, size: 16 },
  diagnosis: { ...tinySettings.diagnosis, judges: [] },
  shared: { ...tinySettings.shared, resamples: 1 },
  segmentation: { ...tinySettings.segmentation, arms: [{ network: 'T&G', label: 'DF-GT' }] },
  report: { cases: 1 },
});

const cli = fileURLToPath(new URL('../cli/main.ts', import.meta.url));

/** All but when and where it was done. */
function numbers(root: string): object {
  const results = JSON.parse(readFileSync(runFolder(root).results, 'utf8')) as Results;
  const { config, data, warnings, provenance, rounds } = results;
  return {
    ...{ config, data, warnings, dataHash: provenance.dataHash },
    rounds: rounds.map(({ seconds: _, ...rest }) => rest),
  };
}

describe.skipIf(!hasRedis)('a run by workers of a queue (redis-server)', () => {
  let redis: RedisServer;
  let alone: object;
  let workers: Worker[];
  beforeAll(async () => {
    redis = await redisServer();
    workers = [worker()];
    const root = await emptyFolder();
    await runPipeline(study, root, { workers: 1 });
    alone = numbers(root);
  });
  afterAll(async () => {
    for (const { child } of workers) child.kill('SIGKILL');
    await Promise.all(workers.map(({ ended }) => ended));
    await redis?.kill();
  });

  type Worker = ReturnType<typeof worker>;
  function worker() {
    const child = spawn(
      process.execPath,
      [
        ...['--conditions=@diff/source', '--import', 'tsx', cli, 'worker', '--queue', redis.url],
        ...['--engine', 'wasm', '--engine', 'cpu', '--concurrency', '1'],
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let stderr = '';
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    return { child, ended, said: () => stderr };
  }
  const logOf = (root: string) =>
    readFileSync(runFolder(root).log, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string; job: string; state: string });

  it('comes to the same, to the bit: one worker killed in training, one that joins late, and a Redis that lost all', async () => {
    const root = await emptyFolder();
    const [first] = workers as [Worker];
    let killed = '';
    const ended = runPipeline(study, root, {
      queue: redis.url,
      command: `train --queue ${redis.url.replace('//', '//me:geheim@')}`,
      onProgress({ running, step, done }: Progress) {
        const training = running.find(({ unit }) => unit === 'steps');
        if (killed || !training || step === 'read' || !done) return;
        killed = training.id;
        first.child.kill('SIGKILL');
      },
    });
    const second = worker();
    workers.push(second);
    await first.ended;
    expect(killed).not.toBe('');
    await redis.ask((one) => one.flushall());
    await ended;
    expect(numbers(root)).toEqual(alone);

    const jobs = logOf(root).filter(({ event }) => event === 'job');
    const done = jobs.filter(({ state }) => state === 'done').map(({ job }) => job);
    expect(new Set(done).size).toBe(done.length);
    // Only what was in hands when all was lost is begun twice.
    const started = jobs.filter(({ state }) => state === 'started').map(({ job }) => job);
    const twice = started.filter((job, i) => started.indexOf(job) !== i);
    expect(twice.length).toBeLessThanOrEqual(2);

    const left = readdirSync(root, { recursive: true }) as string[];
    expect(left.filter((name) => /\.tmp$|\.(?:attempt|lock|clock)-/.test(name))).toEqual([]);
    for (const name of left.filter((one) => /\.(?:json|jsonl|yaml|html)$/.test(one)))
      expect(readFileSync(join(root, name), 'utf8').includes('geheim')).toBe(false);
    second.child.kill('SIGTERM');
    expect(await second.ended).toBe(0);
    expect(second.said()).toMatch(/left after \d+ jobs\n$/);
  });
});

it('is refused where it would come to other numbers, with a sentence', async () => {
  const root = await emptyFolder();
  const [folder, config] = [runFolder(root), { ...study, engine: 'wasm' as const }];
  const data = await loadData(config, {});
  const { structures, raters } = data.summary;
  const { name, version } = await useBackend({ prefer: 'wasm' });
  const jobs = jobsOfRun({
    ...{ config, folder, structures, splits: splitData(data.dataset, config) },
    basis: { data: data.hash, structures, raters },
    engineOf: (kind) => (kind === 'predict' ? { name: 'cpu', version: null } : { name, version }),
  });
  const { id, key } = jobs[0]!;
  const message: Message = { format: 1, run: root, plan: planOf(jobs), job: id, key: digest(key) };
  const task = () => tasksOfRuns(new AbortController().signal)(message, 'wasm');
  await expect(task()).rejects.toThrow(/there is no run of a queue in .*: do all machines see that folder/);
  await writeQueuePlan(folder, jobs, { config, dataHash: data.hash, engines: { wasm: version, cpu: null } });
  expect(await task()).toMatchObject({ job: { id, inputs: [] } });

  const whole = readFileSync(folder.queue);
  const plan = (await unsealJson(whole, folder.queue)) as object;
  for (const [change, says] of [
    [{ dataHash: 'x' }, 'its data are others here than where it was planned'],
    [{ version: '0.0.1' }, 'it was planned by diff-pipeline 0.0.1, and this is'],
    [{ config: { ...config, rounds: 1 } }, 'it is planned in another way here'],
    [{ module: '/tmp/evil.mjs' }, 'is damaged: it holds no plan'],
  ] as const) {
    writeFileSync(folder.queue, await sealJson({ ...plan, ...change }));
    const refusal = await task().catch((error) => error);
    expect(refusal).toBeInstanceOf(Unfit);
    expect(refusal.message).toContain(says);
  }
  writeFileSync(folder.queue, whole.toString().replace('"wasm"', '"cpu"'));
  await expect(task()).rejects.toThrow(/queue\.json cannot be read: .* is damaged/);
  // Another plan lies there by now.
  writeFileSync(folder.queue, await sealJson({ ...plan, plan: digest('other') }));
  expect(await task()).toBeUndefined();
});
