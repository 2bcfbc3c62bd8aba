import { execFile } from 'node:child_process';
import * as tf from '@tensorflow/tfjs-core';
import type { EngineName } from '../engines/engine.js';
import { engineNames, startEngine } from '../engines/engines.js';
import { Absent, Trouble } from '../host/trouble.js';

export interface Diagnosis {
  name: EngineName;
  /** `absent`: not installed, or without a device here; `broken`: there, and does not do its work. */
  state: 'works' | 'absent' | 'broken';
  /** The device it works on, or why it does not. */
  detail: string;
  /** What to do about it, where it does not work. */
  remedy?: string;
}

/** Starts the engine in this process and has it take one step of training, whose result is known. */
export async function examine(name: EngineName): Promise<Diagnosis> {
  try {
    const { device, version } = await startEngine(name, { asked: false });
    await trainOneStep();
    return { name, state: 'works', detail: `${device} (${version})` };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const remedy = (error instanceof Trouble && error.remedy) || otherwise;
    return { name, state: error instanceof Absent ? 'absent' : 'broken', detail, remedy };
  }
}

/** For what no other remedy is known to help. */
const otherwise =
  'use another engine (DIFF_BACKEND=wasm), and report it: https://github.com/diff-ts/diff/issues';

/** The gradient of the sum of a 'valid' convolution of ones by its filter: how many outputs each weight serves. */
async function trainOneStep(): Promise<void> {
  const filter = tf.ones<tf.Rank.R4>([3, 3, 1, 1]);
  const image = tf.ones<tf.Rank.R4>([1, 6, 5, 1]);
  const gradient = tf.grad((weights) => tf.sum(tf.conv2d(image, weights as tf.Tensor4D, 1, 'valid')))(filter);
  const values = await gradient.data();
  tf.dispose([filter, image, gradient]);
  if (values.length !== 9 || values.some((value) => Math.abs(value - 12) > 1e-4))
    throw new Error(`it trains wrongly: a filter's gradient is ${values.join(', ')}, expected 12 nine times`);
}

/**
 * Examines every engine, each in a process of its own, since a binding that does not fit the machine takes the
 * process down with it. `command` is what to run, followed by the engine's name, to have `examine`'s result in JSON.
 */
export function examineAll(command: string[], signal?: AbortSignal): Promise<Diagnosis[]> {
  const [program, ...args] = command as [string, ...string[]];
  const one = (name: EngineName) =>
    new Promise<Diagnosis>((resolve) => {
      execFile(program, [...args, name], { signal }, (error, stdout) => {
        try {
          resolve(JSON.parse(stdout.trim().split('\n').at(-1)!) as Diagnosis);
        } catch {
          resolve(fallen(name, String(error?.signal ?? error?.code ?? 'no answer')));
        }
      });
    });
  return Promise.all(engineNames.map(one));
}

/** `how` is the signal or the exit code that the process ended with. */
function fallen(name: EngineName, how: string): Diagnosis {
  const remedy =
    how === 'SIGILL'
      ? 'it was built for a processor with more instructions (TensorFlow needs AVX): use wasm here'
      : name.startsWith('node')
        ? `its library does not fit this machine: install it again here, \`npm rebuild @tensorflow/tfjs-${name}\`, or delete the build named below and run \`npx -p @diff/backend diff-native install${name === 'node-gpu' ? ' --gpu' : ''}\``
        : otherwise;
  return { name, state: 'broken', detail: `it took its process down (${how})`, remedy };
}
