import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fetchPackage, fetchWheel } from './fetch.js';
import { loader, mute, standIn, standIns } from './loader.js';
import { npmPackages, tensorflow, wheels } from './recipe.js';
import { run } from './run.js';
import { unpackWheel } from './unpack.js';

interface BuildOptions {
  gpu: boolean;
  signal?: AbortSignal;
  onProgress: (step: string, done?: number, total?: number) => void;
}

/** Fetches, checks and compiles everything within `work`, and leaves the engine in its folder `engine`. */
export async function build(work: string, { gpu, signal, onProgress }: BuildOptions): Promise<void> {
  const engine = join(work, 'engine');
  const modules = join(engine, 'node_modules');
  const { tfjsNode, nodeHeaders, protobuf } = npmPackages;
  const headers = join(work, nodeHeaders.name);

  onProgress('fetching tfjs-node and the headers of Node-API with npm');
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
  onProgress(title);
  const file = await fetchWheel(wheel, work, {
    signal,
    onProgress: (done, total) => onProgress(title, done, total),
  });

  onProgress('unpacking TensorFlow');
  await unpackWheel(file, work, signal);
  await mkdir(join(engine, 'lib'));
  const libraries = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];
  for (const name of libraries) await rename(join(work, 'tensorflow', name), join(engine, 'lib', name));

  onProgress("compiling tfjs-node's binding");
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

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
