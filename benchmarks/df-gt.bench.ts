import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { EngineName } from '@diff/backend';
import { contestants, median, runPeer, type Suite, significant } from './harness.js';

const [size, width, depth, raters, iterations, batch, rounds] = [64, 16, 18, 7, 20, 8, 3];
const [cases, peerCases, manyCases] = [48, 8, 256];

interface Contestant {
  name: string;
  /** Cases per minute, in one run. */
  run(): number;
}

type Batches = [seconds: number, mebibytes: number][];

type Masks = 'phantom' | 'random';

function fuse(engine: EngineName, masks: Masks, workers: number, threads: number, count: number): Batches {
  const script = fileURLToPath(new URL('./df-gt-run.mjs', import.meta.url));
  const counts = [workers, threads, size, width, iterations, batch, count, raters];
  const out = execFileSync(process.execPath, [script, engine, masks, ...counts.map(String)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(out.trim().split('\n').at(-1)!) as Batches;
}

/** From the last of every worker's first batch, which starts its engine, to the end. */
function casesAMinute(batches: Batches, workers: number): number {
  const seconds = batches.at(-1)![0] - batches[workers - 1]![0];
  return (60 * batch * (batches.length - workers)) / seconds;
}

const plural = (count: number, what: string) => `${count} ${what}${count > 1 ? 's' : ''}`;

/** DF-GT in cases per minute, beside the released algorithm in PyTorch. */
const suite: Suite = async (report) => {
  if (!existsSync(new URL('../packages/fusion/dist', import.meta.url)))
    throw new Error('df-gt: it runs the built packages, npm run build makes them');
  const { engines, python, absent } = await contestants();

  const ours = (engine: EngineName, workers: number, threads = 1, masks: Masks = 'phantom'): Contestant => ({
    name: [
      `${engine}, ${plural(workers, 'worker')}${engine === 'node' ? ` of ${plural(threads, 'thread')}` : ''}`,
      ...(masks === 'random' ? ['random masks'] : []),
    ].join(', '),
    run: () => casesAMinute(fuse(engine, masks, workers, threads, cases), workers),
  });
  const peer = (threads: number, frozen: boolean): Contestant => ({
    name: `PyTorch, ${plural(threads, 'thread')}, ${frozen ? 'network frozen' : 'as released'}`,
    run() {
      const args = [size, width, depth, iterations, peerCases, raters, threads, Number(frozen)];
      return (60 * peerCases) / runPeer<{ seconds: number }>(python!, 'df_gt.py', ...args).seconds;
    },
  });
  const entered = [
    ...(python ? [false, true].flatMap((frozen) => [peer(1, frozen), peer(2, frozen)]) : []),
    ...(engines.includes('wasm') ? [ours('wasm', 1), ours('wasm', 2), ours('wasm', 2, 1, 'random')] : []),
    ...(engines.includes('node')
      ? [ours('node', 1, 1), ours('node', 1, 2), ours('node', 2, 1), ours('node', 2, 1, 'random')]
      : []),
  ];
  const runs = entered.map((): number[] => []);
  // All in turn in every round, so that a machine whose speed drifts slows all alike.
  for (let round = 0; round < rounds; round++)
    for (const [i, contestant] of entered.entries()) runs[i]!.push(contestant.run());
  const speed = runs.map(median);
  const best = (frozen: string) => Math.max(0, ...speed.filter((_, i) => entered[i]!.name.endsWith(frozen)));
  const [released, frozen] = [best('as released'), best('frozen')];

  report.heading(
    `DF-GT: ResNet18 of width ${width}, ${size} × ${size}, ${raters} raters, ${iterations} iterations`,
  );
  report.note(
    'Cases per minute, ExpG as released (eight layers of 24), objective `logit`. In PyTorch one case at a time: as released, ' +
      'with gradients for all parameters of the network, and with the network frozen. Ours: `diagnosisFirstParallel`, ' +
      `${batch} cases side by side a worker, fused cases written to disk, from the time when every worker had started, on the ` +
      'cups of the fundus phantom, where ExpG is drawn at the pixels on which raters differ, and on random masks, where it is ' +
      'drawn at all. To PyTorch all masks are the same work. The ' +
      `median of ${rounds} rounds, all in turn; compared with the faster of PyTorch's two lines.`,
  );
  report.absent(absent);
  const times = (value: number, of: number) => (of ? significant(value / of) : '–');
  report.table(
    ['', 'cases per minute', 'times as released', 'times frozen'],
    entered.map(({ name }, i) => [
      name,
      significant(speed[i]!),
      times(speed[i]!, released),
      times(speed[i]!, frozen),
    ]),
  );

  report.heading('Time and memory by the number of cases');
  report.note(
    `wasm, two workers; ${manyCases} cases, of which the time and the memory at a quarter, a half, and so on.`,
  );
  const batches = fuse('wasm', 'phantom', 2, 1, manyCases);
  const quarter = batches.length / 4;
  report.table(
    ['cases', 's for the last quarter', 'RSS, MiB'],
    [1, 2, 3, 4].map((i) => {
      const [start, end] = [Math.max(1, (i - 1) * quarter - 1), i * quarter - 1];
      const perBatch = (batches[end]![0] - batches[start]![0]) / (end - start);
      return [String(i * quarter * batch), significant(perBatch * quarter), batches[end]![1].toFixed(0)];
    }),
  );
};

export default suite;
