import { randomUUID } from 'node:crypto';
import { access, mkdir, readdir, rename, rm, statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { host } from '../host/host.js';
import { build } from './build.js';
import { nativeFolder } from './cache.js';
import { findTools } from './tools.js';
import { trial } from './trial.js';

export interface InstallOptions {
  gpu?: boolean;
  signal?: AbortSignal;
  /** Called as each step begins, and for the long ones as they go on. */
  onProgress?: (step: string, done?: number, total?: number) => void;
}

export interface Installed {
  folder: string;
  /** Whether an earlier run had built it. */
  already: boolean;
  /** What TensorFlow computes on, as seen by a trial run. */
  gpu: boolean;
}

/** Of disk: the wheel, unpacked and still packed. */
const gigabytes = { cpu: 1.5, gpu: 3.5 };

/**
 * Builds tfjs-node's binding against the TensorFlow of the Python wheel, into the cache folder, where `useBackend`
 * finds it. All work is done in a folder of its own that is renamed at the end and removed on any failure.
 *
 * @throws Error that says what is missing (a platform, a tool, the network, disk) and what to do about it.
 */
export async function install(options: InstallOptions = {}): Promise<Installed> {
  const { gpu = false, signal, onProgress = () => {} } = options;
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(
      `diff-native install builds on Linux on x86-64 only, this is ${process.platform} on ${process.arch}; ` +
        'try npm install @tensorflow/tfjs-node, or stay with the wasm engine',
    );
  const folder = nativeFolder(host(), gpu);
  if (await exists(folder)) {
    const sees = await trial(folder, signal).catch((error: Error) => {
      throw new Error(`${error.message}\nTo build it again, delete ${folder}`);
    });
    return { folder, already: true, gpu: sees };
  }

  onProgress('looking for g++, python3, pip, npm and tar');
  const missing = (await findTools(signal)).filter(({ version }) => version === undefined);
  if (missing.length)
    throw new Error(missing.map(({ name, remedy }) => `${name} is missing; ${remedy}`).join('\n'));
  const parent = dirname(folder);
  await mkdir(parent, { recursive: true });
  await sweep(parent);
  const { bavail, bsize } = await statfs(parent);
  const needed = gpu ? gigabytes.gpu : gigabytes.cpu;
  if (bavail * bsize < needed * 1e9)
    throw new Error(
      `${parent} has ${(bavail * bsize) / 1e9} GB left, ${needed} GB are needed; see DIFF_CACHE`,
    );

  const work = join(parent, `.${process.pid}-${randomUUID()}`);
  try {
    await build(work, { gpu, signal, onProgress });
    onProgress('trying it');
    const sees = await trial(join(work, 'engine'), signal);
    signal?.throwIfAborted();
    await rename(join(work, 'engine'), folder).catch(async (error) => {
      // Another run may have finished first; its result is as good.
      if (!(await exists(folder))) throw error;
    });
    return { folder, already: false, gpu: sees };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Removes what runs that were killed left behind. */
async function sweep(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = Number(/^\.(\d+)-/.exec(basename(name))?.[1]);
    if (pid && !alive(pid)) await rm(join(parent, name), { recursive: true, force: true });
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
