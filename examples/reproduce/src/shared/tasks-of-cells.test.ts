import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { phantom, write } from '@diff/datasets';
import { sealJson, unsealJson } from '@diff/train';
import { type Done, Unfit } from 'diff-pipeline/jobs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { emptyFolder, run } from '../../../../packages/pipeline/src/fixtures/command-line.js';
import {
  hasRedis,
  type RedisServer,
  redisServer,
} from '../../../../packages/pipeline/src/fixtures/redis-server.js';
import { digest, planOf } from '../../../../packages/pipeline/src/jobs/queue/message.js';
import { reproduceCommand } from '../command.js';
import type { Cell } from './cell.js';
import { type CellPlan, writeCellPlan } from './cell-plan.js';
import { jobOf } from './cells.js';
import { tasksOfCells } from './tasks-of-cells.js';

describe('tasksOfCells', () => {
  const cell: Cell = { id: 'a/fundus-seed0', kind: 'worth', settings: { task: 'fundus', seed: 0 } };

  /** A run folder, and a message for its cell. */
  async function planned(one: Cell = cell, version: string | null = null) {
    const out = await emptyFolder();
    const place: CellPlan['place'] = { out, data: { '': '', lidc: 'scans' }, engine: 'cpu' };
    await writeCellPlan({ cells: [one], place, version });
    const job = jobOf(one, place);
    const message = { format: 1 as const, run: out, plan: planOf([job]), job: one.id, key: digest(job.key) };
    const change = async (edit: (plan: Record<string, unknown>) => object) => {
      const path = join(out, 'queue.json');
      writeFileSync(path, await sealJson(edit((await unsealJson(readFileSync(path), path)) as never)));
    };
    return { out, message, change, job };
  }

  it('finds a cell by plan, id and key, and the paths in the run folder', async () => {
    const { out, message } = await planned();
    const task = await tasksOfCells(message, 'reproduce-cpu');
    expect(task!.job).toMatchObject({ work: { kind: 'worth' }, marker: join(out, 'a/fundus-seed0.json') });
    for (const [other, kind] of [
      [{ ...message, key: digest('other') }, 'reproduce-cpu'],
      [{ ...message, job: 'b' }, 'reproduce-cpu'],
      [{ ...message, plan: digest('other') }, 'reproduce-cpu'],
      [message, 'reproduce-wasm'],
    ] as const)
      expect(await tasksOfCells(other, kind)).toBeUndefined();
  });

  it.each<[string, (plan: Record<string, unknown>) => object]>([
    ['a cell above the folder', (plan) => ({ ...plan, cells: [{ ...cell, id: '../a' }] })],
    ['a cell elsewhere', (plan) => ({ ...plan, cells: [{ ...cell, id: '/etc/a' }] })],
    [
      'settings with a path',
      (plan) => ({ ...plan, cells: [{ ...cell, settings: { study: { task: '../a' } } }] }),
    ],
    ['work that is none', (plan) => ({ ...plan, cells: [{ ...cell, kind: 'shell' }] })],
    ['code', (plan) => ({ ...plan, module: 'file:///tmp/evil.mjs' })],
  ])('refuses a plan with %s', async (_, edit) => {
    const { out, message, change } = await planned();
    await change(edit);
    const refusal = await tasksOfCells(message, 'reproduce-cpu').catch((error) => error);
    expect(refusal).toBeInstanceOf(Unfit);
    expect(refusal.message).toBe(`${out}: its queue.json holds no plan of cells`);
  });

  it('says in a sentence why a machine can do none', async () => {
    const refused = async ({ message }: Awaited<ReturnType<typeof planned>>, says: RegExp) => {
      const refusal = await tasksOfCells(message, 'reproduce-cpu').catch((error) => error);
      expect(refusal).toBeInstanceOf(Unfit);
      expect(refusal.message).toMatch(says);
    };
    const [gone, damaged, older, slower] = await Promise.all([
      planned(),
      planned(),
      planned(),
      planned(cell, '0.0.1'),
    ]);
    rmSync(join(gone.out, 'queue.json'));
    await refused(gone, /there are no cells of a queue; do all machines see that folder/);
    const path = join(damaged.out, 'queue.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('scans', 'other'));
    await refused(damaged, /queue\.json is damaged/);
    await older.change((plan) => ({ ...plan, pipeline: '0.0.1' }));
    await refused(older, /it was planned by diff-pipeline 0\.0\.1, and this is \d/);
    await refused(slower, /the engine cpu is .* here, and the run was planned for 0\.0\.1/);
  });
});

const main = fileURLToPath(new URL('../main.ts', import.meta.url));

/** Two cells. */
const dpersona = [
  'dpersona',
  ...Object.entries({ size: 32, width: 2, epochs: 12, samples: 2, folds: 2 }).flatMap(([name, value]) => [
    `--${name}`,
    String(value),
  ]),
  ...['--methods', 'random rater'],
];

describe.skipIf(!hasRedis)('reproduce by workers of a queue (redis-server)', () => {
  let redis: RedisServer;
  let data: string;
  let alone: Awaited<ReturnType<typeof reproduce>>;
  let workers: ReturnType<typeof worker>[];
  beforeAll(async () => {
    redis = await redisServer({ password: 'geheim' });
    workers = [worker(), worker()];
    data = await emptyFolder();
    await write(phantom('lung', { cases: 8, size: 32, seed: 2 }), data, 'lidc', { allow: ['rater names'] });
    alone = await reproduce(['--workers', '1']);
  });
  afterAll(async () => {
    for (const { child } of workers) child.kill('SIGKILL');
    await redis?.kill();
  });

  function worker() {
    const args = ['worker', '--queue', redis.url, '--engine', 'wasm', '--concurrency', '1', '--lock', '2'];
    const child = spawn(process.execPath, ['--conditions=@diff/source', '--import', 'tsx', main, ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const one = {
      child,
      said: '',
      ended: new Promise<number | null>((resolve) => child.on('close', resolve)),
    };
    child.stderr.on('data', (text) => {
      one.said += text;
    });
    return one;
  }

  /** Who is at a cell. */
  async function workerOf(cell: string) {
    const queue = 'bull:diff-reproduce-wasm';
    const names = await redis.ask(async (one) => {
      const ids = await one.lrange(`${queue}:active`, 0, -1);
      return Promise.all(ids.map((id) => one.hmget(`${queue}:${id}`, 'data', 'pb')));
    });
    const [, name] = names.find(([message]) => JSON.parse(message!).job === cell)!;
    return workers.find(({ child }) => name!.endsWith(`-${child.pid}`))!;
  }

  async function reproduce(who: string[], out?: string) {
    const root = out ?? (await emptyFolder());
    const all = [...dpersona, '--data', `lidc=${data}`, ...who, '--out', root];
    const { code, stdout, stderr } = await run(reproduceCommand, all);
    expect(code, stderr).toBe(0);
    const names = readdirSync(root, { recursive: true }) as string[];
    expect(names.filter((name) => /\.tmp$|\.(?:attempt|lock|clock)-/.test(name))).toEqual([]);
    const markers = names
      .filter((name) => name.endsWith('.json') && name !== 'queue.json')
      .sort()
      .map((name) => {
        const text = readFileSync(join(root, name), 'utf8');
        expect(text).not.toContain('geheim');
        const { key, result } = JSON.parse(text) as Done;
        return [name, key, result];
      });
    return { stdout, markers };
  }

  it('comes to the table of one process, to the bit', async () => {
    expect(alone.markers).toHaveLength(2);
    expect(alone.stdout).toMatch(/\| random rater \| one mask \| \d/);
    const out = await emptyFolder();
    expect(await reproduce(['--queue', redis.url], out)).toEqual(alone);
    expect(readFileSync(join(out, 'queue.json'), 'utf8')).not.toContain('geheim');
  });

  it('comes to the same where a worker is killed in training, by its checkpoint', async () => {
    const out = await emptyFolder();
    const ended = reproduce(['--queue', redis.url], out);
    const training = await vi.waitFor(
      () => {
        const names = readdirSync(out, { recursive: true }) as string[];
        const checkpoint = names.find((name) => /checkpoint-\d+\.safetensors$/.test(name));
        expect(checkpoint).toBeDefined();
        return dirname(checkpoint!);
      },
      { timeout: 120_000, interval: 10 },
    );
    const victim = await workerOf(training);
    victim.child.kill('SIGKILL');
    await victim.ended;
    expect(await ended).toEqual(alone);
    const other = workers.find((one) => one !== victim)!;
    other.child.kill('SIGTERM');
    expect(await other.ended).toBe(0);
    expect(other.said).toMatch(/left after \d jobs?\n$/);
  });

  it.each(['dpersona', 'table2'])('%s says in a sentence why there is no queue', async (experiment) => {
    const { stderr } = await run(reproduceCommand, [experiment, '--queue', 'http://me:geheim@host']);
    expect(stderr).toBe('the queue is http://host, expected redis://host:6379, or rediss:// with TLS\n');
  });
});
