import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type EngineName, useBackend } from '@diff/backend';
import * as tf from '@tensorflow/tfjs-core';
import { compare, pythonWith, type Report, type Suite, significant } from './harness.js';

const BATCH = 8;

/** Something that takes steps of training, in a process of its own. */
interface Trainer {
  name: string;
  about: string;
  step(): Promise<number>;
  child: ChildProcess;
}

async function engine(name: EngineName, threads: number | '', batch = BATCH): Promise<Trainer> {
  const script = fileURLToPath(new URL('./training-engine.ts', import.meta.url));
  const child = fork(script, [name, String(threads), String(batch)], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const [started] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error(`${name} did not start`))),
  ])) as [{ absent?: string; device: string; version: string; weights: number }];
  if (started.absent) throw new Error(started.absent);
  return {
    name: threads ? `${name}, ${threads} thread${threads > 1 ? 's' : ''}` : name,
    about: `${name}: ${started.version} on ${started.device}, ${started.weights.toLocaleString('en')} weights`,
    async step() {
      child.send('step');
      const [{ loss }] = (await once(child, 'message')) as [{ loss: number }];
      return loss;
    },
    child,
  };
}

async function torch(
  python: string,
  threads: number,
  layout: 'channels-first' | 'channels-last',
): Promise<Trainer> {
  const script = fileURLToPath(new URL('./peers/training.py', import.meta.url));
  const child = spawn(python, [script, String(threads), String(BATCH), layout], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const [version, weights] = (await lines.next()).value!.split(' ');
  return {
    name: `PyTorch, ${layout.replace('-', ' ')}, ${threads} thread${threads > 1 ? 's' : ''}`,
    about: `PyTorch: ${version}, ${Number(weights).toLocaleString('en')} weights`,
    async step() {
      child.stdin!.write('\n');
      return Number((await lines.next()).value);
    },
    child,
  };
}

/** The engines and peers that are here, started, and why the others are not. */
async function trainers(): Promise<{ running: Trainer[]; absent: string[] }> {
  const running: Trainer[] = [];
  const absent: string[] = [];
  const start = async (name: string, starting: () => Promise<Trainer>) => {
    try {
      running.push(await starting());
    } catch (error) {
      absent.push(`${name} (${(error as Error).message})`);
    }
  };
  await start('wasm', () => engine('wasm', ''));
  for (const threads of [1, 2]) await start(`node, ${threads} threads`, () => engine('node', threads));
  await start('node-gpu', () => engine('node-gpu', ''));
  await start('webgpu', async () => {
    const trainer = await engine('webgpu', '');
    if (!/swiftshader|llvmpipe/i.test(trainer.about)) return trainer;
    trainer.child.kill();
    throw new Error('only a CPU renderer');
  });
  const python = pythonWith('torch');
  if (!python) absent.push('PyTorch (no Python here imports torch)');
  else
    for (const layout of ['channels-first', 'channels-last'] as const)
      for (const threads of [1, 2]) await start('PyTorch', () => torch(python, threads, layout));
  return { running, absent };
}

interface Kernel {
  label: string;
  kernelName: string;
  inputs: Record<string, tf.Tensor>;
  attrs: Record<string, unknown>;
}

/** Kernels of a step of training, on the shapes of the U-Net's upper levels. */
function kernels(): Kernel[] {
  const random = (...shape: number[]) => tf.randomUniform(shape, -1, 1, 'float32', 1);
  const [x, dy] = [random(BATCH, 48, 48, 32), random(BATCH, 48, 48, 32)];
  const pooled = random(BATCH, 24, 24, 32);
  const conv = { strides: 1, pad: 'same', dataFormat: 'NHWC', dilations: 1 };
  const [filter, depthwise, channel] = [random(3, 3, 32, 32), random(3, 3, 32, 1), random(32)];
  const statistics = { mean: channel, variance: tf.abs(channel), scale: channel, offset: channel };
  const pool = { filterSize: 2, strides: 2, pad: 'valid' };
  const size = { alignCorners: false, halfPixelCenters: false };
  const all: [string, string, Record<string, tf.Tensor>, object][] = [
    ['conv2d 3 × 3, 32 → 32', tf.Conv2D, { x, filter }, conv],
    ['its gradient by the input', tf.Conv2DBackpropInput, { dy, filter }, { ...conv, inputShape: x.shape }],
    [
      'its gradient by the filter',
      tf.Conv2DBackpropFilter,
      { x, dy },
      { ...conv, filterShape: filter.shape },
    ],
    ['depthwise conv2d 3 × 3, 32', tf.DepthwiseConv2dNative, { x, filter: depthwise }, conv],
    [
      'its gradient by the input',
      tf.DepthwiseConv2dNativeBackpropInput,
      { dy, filter: depthwise },
      { ...conv, inputShape: x.shape },
    ],
    [
      'its gradient by the filter',
      tf.DepthwiseConv2dNativeBackpropFilter,
      { x, dy },
      { ...conv, filterShape: depthwise.shape },
    ],
    ['matMul 512³', tf.BatchMatMul, { a: random(512, 512), b: random(512, 512) }, {}],
    [
      'matMul 512³, a transposed',
      tf.BatchMatMul,
      { a: random(512, 512), b: random(512, 512) },
      { transposeA: true },
    ],
    ['batchNorm', tf.FusedBatchNorm, { x, ...statistics }, { varianceEpsilon: 1e-3 }],
    ['sum over all but the channels', tf.Sum, { x }, { axis: [0, 1, 2], keepDims: false }],
    ['multiplication of each channel', tf.Multiply, { a: x, b: channel }, {}],
    ['gradient of maxPool', tf.MaxPoolGrad, { dy: pooled, input: x, output: pooled }, pool],
    ['gradient of avgPool', tf.AvgPoolGrad, { dy: pooled, input: x }, pool],
    ['gradient of resize, nearest', tf.ResizeNearestNeighborGrad, { images: pooled, dy: x }, size],
    ['gradient of resize, bilinear', tf.ResizeBilinearGrad, { images: pooled, dy: x }, size],
    ['split of the channels', tf.SplitV, { x }, { numOrSizeSplits: [16, 16], axis: 3 }],
    [
      'broadcast of a channel',
      tf.Tile,
      { x: tf.reshape(channel, [1, 1, 1, 32]) },
      { reps: [BATCH, 48, 48, 1] },
    ],
    [
      'gather of 4,096 rows of 64',
      tf.GatherV2,
      { x: random(1000, 64), indices: tf.mod(tf.range(0, 4096, 1, 'int32'), tf.scalar(1000, 'int32')) },
      { axis: 0, batchDims: 0 },
    ],
    ['clone', tf.Identity, { x }, {}],
  ];
  return all.map(([label, kernelName, inputs, attrs]) => ({
    label,
    kernelName,
    inputs,
    attrs: attrs as Kernel['attrs'],
  }));
}

async function kernelTable(report: Report): Promise<void> {
  await import('@tensorflow/tfjs-backend-wasm');
  const stock = new Map(tf.getKernelsForBackend('wasm').map((config) => [config.kernelName, config]));
  await useBackend({ prefer: 'wasm' });
  const rows: (string | number)[][] = [];
  for (const { label, kernelName, inputs, attrs } of kernels()) {
    const task = (config: tf.KernelConfig) => () => {
      const out = config.kernelFunc({ inputs, attrs: attrs as tf.NamedAttrMap, backend: tf.backend() });
      for (const { dataId } of [out].flat()) tf.backend().disposeData(dataId);
    };
    const before = stock.get(kernelName);
    const ours = task(tf.getKernel(kernelName, 'wasm'));
    const timed = await compare(before ? { ours, stock: task(before) } : { ours }, { rounds: 5, time: 40 });
    const [now, then] = timed.map(({ milliseconds }) => milliseconds);
    rows.push([
      label,
      then ? significant(then) : 'none',
      significant(now!),
      then ? significant(then / now!) : '',
    ]);
  }
  report.heading('Kernels of the wasm engine, as it comes and with `@diff/backend/wasm-training`');
  report.table(['kernel', 'as it comes, ms', 'ms', 'times as fast'], rows);
}

async function stepTable(report: Report): Promise<void> {
  report.heading(`A step of training: U-Net of half a million weights, 96 × 96 × 3, batch ${BATCH}`);
  const { running, absent } = await trainers();
  try {
    const rows = await compare(Object.fromEntries(running.map(({ name, step }) => [name, step])), {
      rounds: 5,
      time: 0,
      iterations: 2,
    });
    const cpu = await engine('cpu', '', 1);
    const began = performance.now();
    await cpu.step();
    const plain = (performance.now() - began) * BATCH;
    cpu.child.kill();
    report.note(
      'Forward, backward and Adam. Each runs in a process of its own, a few steps at a time in turn. cpu is eight times ' +
        `one step on one image. ${[...new Set(running.map(({ about }) => about))].join('; ')}.`,
    );
    report.absent(absent);
    report.table(
      ['engine', 'ms per step', 'times as fast as cpu', 'ratio to wasm'],
      [...rows, { name: 'cpu', milliseconds: plain, ratio: plain / rows[0]!.milliseconds }].map((row) => [
        row.name,
        significant(row.milliseconds),
        significant(plain / row.milliseconds),
        significant(row.ratio),
      ]),
    );
  } finally {
    for (const { child } of running) child.kill();
  }
}

/** Steps of training on every engine beside PyTorch, and the wasm kernels beside those that they replace. */
const suite: Suite = async (report) => {
  await stepTable(report);
  await kernelTable(report);
};

export default suite;
