import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { workerBeside } from '@diff/backend/parallel';
import { Queue, Worker } from 'bullmq';
import { checkConfig, runPipeline } from 'diff-pipeline';
import { type Job, queueJobs } from 'diff-pipeline/jobs';
import { hasRedis, type RedisServer, redisServer } from '../packages/pipeline/src/fixtures/redis-server.js';
import { serve } from '../packages/pipeline/src/jobs/queue/serve.js';
import { doJobs } from '../packages/pipeline/src/jobs/run-jobs.js';
import { threads } from '../packages/pipeline/src/jobs/threads.js';
import { median, type Report, type Suite, significant } from './harness.js';

const module = workerBeside(import.meta.url, 'empty-job.worker');
const cli = fileURLToPath(new URL('../packages/pipeline/src/cli/main.ts', import.meta.url));

const COUNT = 600;
const ROUNDS = 3;

/** What jobs cost by way of a queue, and what a second worker gains. */
const suite: Suite = async (report) => {
  if (!hasRedis) return report.absent(['redis-server (Debian: apt-get install redis-server)']);
  const place = mkdtempSync(join(tmpdir(), 'diff-queue-'));
  const redis = await redisServer();
  report.note(
    `When it began, ${significant(loadavg()[0]!)} processes were at work or waiting already, on ${availableParallelism()} cores: a second worker gains only where a core is free.`,
  );
  try {
    await emptyJobs(report, redis, place);
    await study(report, redis, place);
  } finally {
    await redis.kill();
    rmSync(place, { recursive: true });
  }
};

/** Jobs that do nothing, each after the one before it or all at once. */
function jobsIn(folder: string, count: number, chain: boolean): Job<null>[] {
  return Array.from({ length: count }, (_, i) => ({
    ...{ id: `${i}`, work: null, key: i, marker: join(folder, `${i}.json`) },
    ...{ step: 'empty', size: 1, unit: 'jobs', cost: 1 },
    ...(chain && i > 0 && { after: [`${i - 1}`] }),
  }));
}

async function emptyJobs(report: Report, redis: RedisServer, place: string): Promise<void> {
  let runs = 0;
  const hands = () => threads<null, number, null>(module, { workers: 1, shared: null });
  const alone = (chain: boolean, count: number) => () =>
    doJobs(jobsIn(join(place, `${runs++}`), count, chain), hands());
  const byQueue = (chain: boolean, count: number) => async () => {
    const folder = join(place, `${runs++}`);
    const jobs = jobsIn(folder, count, chain);
    const stop = new AbortController();
    const set = {};
    const ended = serve<null, number>({
      ...{ url: redis.url, kinds: [{ kind: `empty-${runs}`, concurrency: 1 }], signal: stop.signal },
      taskOf: async ({ job }) => ({ job: { ...jobs[Number(job)]!, inputs: [] }, set, hands }),
    });
    const kind = `empty-${runs}`;
    const kinds = { kindOf: () => kind, workerFor: () => 'worker' };
    await queueJobs(jobs, { ...kinds, url: redis.url, run: folder });
    stop.abort();
    await ended;
  };
  const bare = async () => {
    const name = `bare-${runs++}`;
    const connection = { host: '127.0.0.1', port: redis.port, maxRetriesPerRequest: null };
    const queue = new Queue(name, { connection });
    let left = COUNT;
    await queue.addBulk(Array.from({ length: COUNT }, (_, i) => ({ name: 'x', data: { i } })));
    await new Promise<void>((resolve) => {
      const worker = new Worker(name, async () => {}, { connection, concurrency: 1 });
      worker.on('completed', () => --left || void worker.close().then(resolve));
    });
    await queue.close();
  };
  const chained = 100;
  const tasks: [name: string, count: number, run: () => Promise<unknown>][] = [
    ['BullMQ alone, one worker', COUNT, bare],
    ['this process, one thread', COUNT, alone(false, COUNT)],
    ['a queue, one worker', COUNT, byQueue(false, COUNT)],
    ['this process, each job after the one before', chained, alone(true, chained)],
    ['a queue, each job after the one before', chained, byQueue(true, chained)],
  ];
  const times = tasks.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++)
    for (const [i, [, , run]] of tasks.entries()) {
      const before = performance.now();
      await run();
      times[i]!.push(performance.now() - before);
    }
  report.heading('Jobs that do nothing');
  report.note(
    `${COUNT} jobs, or ${chained} in a chain; a marker is flushed to the disk for each, but by BullMQ alone. Starting a thread is included. Medians of ${ROUNDS} rounds in turn.`,
  );
  report.table(
    ['how', 'jobs per second', 'ms per job'],
    tasks.map(([name, count], i) => {
      const milliseconds = median(times[i]!) / count;
      return [name, significant(1000 / milliseconds), significant(milliseconds)];
    }),
  );
}

/** A study of three seeds by this process and by workers. */
async function study(report: Report, redis: RedisServer, place: string): Promise<void> {
  const config = checkConfig({
    ...{ engine: 'wasm', rounds: 3, train: { validation: 0 } },
    data: { cases: 80 },
    diagnosis: { epochs: 8, judges: ['dlCat'] },
    fusion: { iterations: 6 },
    shared: { folds: 2, steps: 20, iterations: 20, resamples: 2 },
    segmentation: {
      epochs: 4,
      arms: [
        { network: 'T&G', label: 'DF-GT' },
        { network: 'Baseline-Seg', label: 'MV' },
      ],
    },
    report: { browse: 4 },
  });
  const workers: Awaited<ReturnType<typeof startWorker>>[] = [];
  let runs = 0;
  const info = async (name: string) =>
    Number(new RegExp(`${name}:(\\d+)`).exec(await redis.ask((one) => one.info()))![1]);
  const run = async (queue: boolean, count: number) => {
    const out = join(place, `study-${runs++}`);
    const started: typeof workers = [];
    if (queue) for (let i = 0; i < count; i++) started.push(await startWorker(redis.url));
    const before = performance.now();
    await runPipeline(config, out, queue ? { queue: redis.url } : { workers: count });
    const seconds = (performance.now() - before) / 1000;
    for (const { stop } of started) await stop();
    return { seconds, out };
  };
  const cases = [
    ['this process, 1 thread', false, 1],
    ['this process, 2 threads', false, 2],
    ['a queue, 1 worker', true, 1],
    ['a queue, 2 workers', true, 2],
  ] as const;
  const times = cases.map((): number[] => []);
  let measured: (string | number)[][] = [];
  for (let round = 0; round < ROUNDS - 1; round++)
    for (const [i, [, queue, count]] of cases.entries()) {
      const names = ['total_commands_processed', 'total_net_input_bytes', 'total_net_output_bytes'];
      const before = await Promise.all(names.map(info));
      const { seconds, out } = await run(queue, count);
      times[i]!.push(seconds);
      if (!queue || count > 1) continue;
      const after = await Promise.all(names.map(info));
      measured = await sizesOf(
        redis,
        out,
        after.map((value, k) => value - before[k]!),
      );
    }
  report.heading('A study of three seeds on two cores');
  report.note(
    `80 phantoms of 64 × 64, each training of some seconds. Workers are started before; reading the data in each, and the report, are included. Medians of ${ROUNDS - 1} rounds in turn; the numbers that come out are the same to the bit.`,
  );
  const seconds = times.map(median);
  report.table(
    ['how', 's', 'times as fast as one of its kind'],
    cases.map(([name, queue], i) => [
      name,
      significant(seconds[i]!),
      significant(seconds[queue ? 2 : 0]! / seconds[i]!),
    ]),
  );
  report.heading('What a job asks of Redis and of the disk');
  report.note('Of the same study, by one worker.');
  report.table(['of each job', 'mean'], measured);
}

async function sizesOf(
  redis: RedisServer,
  out: string,
  [commands, bytesIn, bytesOut]: number[],
): Promise<(string | number)[][]> {
  const files = readdirSync(out, { recursive: true }).map((name) => join(out, String(name)));
  const jobs = files.filter((path) => /[\\/]jobs[\\/][^\\/]+\.json$/.test(path)).length;
  const bytes = files.reduce((sum, path) => sum + (statSync(path).isFile() ? statSync(path).size : 0), 0);
  const memory = await redis.ask(async (one) => {
    const keys = (await one.keys('bull:diff-wasm:*')).filter((key) => /:[0-9a-f]{32}$/.test(key));
    const sizes = await Promise.all(keys.map((key) => one.memory('USAGE', key)));
    return sizes.reduce((sum: number, size) => sum + (size ?? 0), 0) / keys.length;
  });
  return [
    ['memory in Redis, kB', significant(memory / 1000)],
    ['commands', significant(commands! / jobs)],
    ['kB into Redis', significant(bytesIn! / jobs / 1000)],
    ['kB out of it', significant(bytesOut! / jobs / 1000)],
    ['kB of files', significant(bytes / jobs / 1000)],
    ['files', significant(files.length / jobs)],
  ];
}

async function startWorker(url: string): Promise<{ stop(): Promise<void> }> {
  const child = spawn(
    process.execPath,
    [
      ...['--conditions=@diff/source', '--import', 'tsx', cli, 'worker', '--queue', url],
      ...['--engine', 'wasm', '--concurrency', '1'],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  await once(child.stderr, 'data');
  return {
    async stop() {
      const closed = once(child, 'close');
      child.kill('SIGTERM');
      await closed;
    },
  };
}

export default suite;
