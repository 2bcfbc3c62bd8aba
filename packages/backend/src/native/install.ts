import { randomUUID } from 'node:crypto';
import { access, mkdir, readdir, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { host } from '../engines/host.js';
import { nativeFolder } from './cache.js';
import { fetchPackage, fetchWheel } from './fetch.js';
import { loader, mute, standIn, standIns } from './loader.js';
import { npmPackages, tensorflow, wheels } from './recipe.js';
import { Failed, run } from './run.js';
import { findTools } from './tools.js';
import { unpackWheel } from './unpack.js';

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
const gigabytes = { cpu: 1.3, gpu: 3 };

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
  if (await exists(folder)) return { folder, already: true, gpu: await trial(folder, signal) };

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

async function build(
  work: string,
  { gpu, signal, onProgress }: Required<Omit<InstallOptions, 'signal'>> & InstallOptions,
) {
  const engine = join(work, 'engine');
  const modules = join(engine, 'node_modules');
  const { tfjsNode, nodeHeaders, protobuf } = npmPackages;
  const headers = join(work, nodeHeaders.name);

  onProgress!('fetching tfjs-node and the headers of Node-API with npm');
  for (const [wanted, where] of [
    [tfjsNode, join(modules, tfjsNode.name)],
    [protobuf, join(modules, protobuf.name)],
    [nodeHeaders, headers],
  ] as const)
    await fetchPackage(wanted, where, signal);
  for (const name of standIns) await put(join(modules, name, 'index.js'), standIn);
  await put(join(engine, 'index.js'), loader);
  await put(join(engine, 'package.json'), JSON.stringify({ type: 'commonjs', main: 'index.js' }));

  const wheel = wheels[gpu ? 'gpu' : 'cpu'];
  const title = `fetching TensorFlow ${tensorflow} (${wheel.name}) with pip`;
  onProgress!(title);
  const file = await fetchWheel(wheel, work, {
    signal,
    onProgress: (done, total) => onProgress!(title, done, total),
  });

  onProgress!('unpacking TensorFlow');
  await unpackWheel(file, work, signal);
  await mkdir(join(engine, 'lib'));
  const libraries = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];
  for (const name of libraries) await rename(join(work, 'tensorflow', name), join(engine, 'lib', name));

  onProgress!("compiling tfjs-node's binding");
  const sources = join(modules, tfjsNode.name, 'binding');
  await put(join(work, 'mute.cc'), mute);
  const include = [join(headers, 'include'), join(work, 'tensorflow/include'), sources];
  const compile = (name: string, files: string[], libraries: string[] = []) =>
    run(
      process.env.CXX || 'g++',
      [
        ...['-shared', '-fPIC', '-O2', '-std=c++17', '-DNAPI_VERSION=8', '-DBUILDING_NODE_EXTENSION'],
        ...[...include.map((path) => `-I${path}`), ...files, '-o', join(engine, 'lib', name)],
        ...[`-L${join(engine, 'lib')}`, ...libraries.map((library) => `-l:${library}`), '-Wl,-rpath,$ORIGIN'],
      ],
      { signal },
    );
  await compile('mute.node', [join(work, 'mute.cc')]);
  const binding = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => join(sources, file));
  await compile('tfjs_binding.node', binding, libraries);
}

/** Multiplies two matrices on the engine in `folder`, in a process of its own, and says whether it used a GPU. */
export async function trial(folder: string, signal?: AbortSignal): Promise<boolean> {
  const script = `
    try {
      const [core, folder] = process.argv.slice(1);
      const tf = require(core);
      require(folder)(tf);
      tf.setBackend('tensorflow');
      const [product] = tf.matMul([[2, 3]], [[5], [7]]).dataSync();
      if (product !== 31) throw new Error('2 * 5 + 3 * 7 came out as ' + product);
      console.log(tf.backend().isUsingGpuDevice);
    } catch (error) {
      console.error(error.message.split('\\n')[0]);
      process.exit(1);
    }`;
  try {
    const core = host().require.resolve('@tensorflow/tfjs-core');
    const env = { TF_CPP_MIN_LOG_LEVEL: '2' };
    return (await run(process.execPath, ['-e', script, core, folder], { signal, env }))
      .trim()
      .endsWith('true');
  } catch (error) {
    if (error instanceof Failed) throw new Error(`the engine in ${folder} does not work: ${error.message}`);
    throw error;
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

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
