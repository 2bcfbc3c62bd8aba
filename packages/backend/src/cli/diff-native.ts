import { existsSync } from 'node:fs';
import { Argument, Command } from 'commander';
import { examine, examineAll } from '../doctor/examine.js';
import type { EngineName } from '../engines/engine.js';
import { engineNames } from '../engines/engines.js';
import { host } from '../host/host.js';
import { cacheFolder, nativeFolder } from '../native/cache.js';
import { install } from '../native/install.js';
import { npmPackages, tensorflow, wheels } from '../native/recipe.js';
import { findTools } from '../native/tools.js';

const stop = new AbortController();
process.once('SIGINT', () => stop.abort(new Error('stopped; nothing was installed')));
process.once('SIGTERM', () => stop.abort(new Error('stopped; nothing was installed')));

const program = new Command('diff-native')
  .description('The fast native engine of TensorFlow.js, tfjs-node, on a current TensorFlow.')
  .addHelpText(
    'after',
    `
tfjs-node ${npmPackages.tfjsNode.version} is built here against TensorFlow ${tensorflow}, taken from its Python wheel, and put into
  ${nativeFolder(host(), false)}
where useBackend() of @diff/backend finds it from any project, as the engine "node" (or "node-gpu").
Nothing outside the cache folder is touched: to uninstall, delete that folder. Without it everything works on
the engine "wasm", which needs no installation and is several times slower.

Environment:
  DIFF_CACHE                          the cache folder, instead of diff in $XDG_CACHE_HOME or ~/.cache
  CXX                                 the C++ compiler, instead of g++
  HTTPS_PROXY, PIP_*, npm_config_*    as pip and npm understand them

Examples:
  npx -p @diff/backend diff-native install        the CPU build (${wheels.cpu.megabytes} MB to fetch, 0.9 GB on disk, a minute or two)
  npx -p @diff/backend diff-native install --gpu  the CUDA build; TensorFlow looks for CUDA 12 and cuDNN 9 in LD_LIBRARY_PATH
  npx -p @diff/backend diff-native doctor         which engines work here, why the others do not, and what to do about it`,
  );

program
  .command('install')
  .description(
    'build tfjs-node against a current TensorFlow (Linux on x86-64; needs g++, python3 with pip, npm)',
  )
  .option('--gpu', 'build against the TensorFlow that computes on NVIDIA GPUs')
  .action(async ({ gpu = false }: { gpu?: boolean }) => {
    const began = Date.now();
    const {
      folder,
      already,
      gpu: seesGpu,
    } = await install({
      gpu,
      signal: stop.signal,
      onProgress: report,
    }).finally(() => step && process.stderr.write('\n'));
    const how = already
      ? 'is already there, and works'
      : `is built, in ${Math.round((Date.now() - began) / 1000)} s`;
    console.log(`tfjs-node on TensorFlow ${tensorflow} ${how}: ${folder}`);
    if (gpu && !seesGpu)
      console.log('But TensorFlow finds no GPU: it looks for CUDA 12 and cuDNN 9 in LD_LIBRARY_PATH.');
  });

program
  .command('doctor')
  .description(
    'say which engines are installed and train, why the others do not, and what to do about it; exits with 1 if one is broken',
  )
  .action(async () => {
    const self = [process.execPath, ...process.execArgv, process.argv[1]!, 'examine'];
    const [diagnoses, tools] = await Promise.all([examineAll(self, stop.signal), findTools(stop.signal)]);
    const line = (name: string, state: string, detail: string) =>
      console.log(`  ${name.padEnd(10)}${state.padEnd(9)}${detail}`);

    console.log(`Node ${process.version} on ${process.platform} ${process.arch}\n\nEngines, best first`);
    for (const { name, state, detail, remedy } of diagnoses) {
      line(name, state, detail);
      if (remedy) line('', '', `→ ${remedy}`);
    }
    const best = diagnoses.find(({ state }) => state === 'works');
    console.log(`  useBackend() takes ${best ? best.name : 'none'}`);

    console.log(`\nCache ${cacheFolder(host())}`);
    for (const gpu of [false, true]) {
      const folder = nativeFolder(host(), gpu);
      line(gpu ? 'gpu build' : 'cpu build', existsSync(folder) ? 'there' : 'absent', folder);
    }
    console.log('\nTo build it');
    for (const { name, version, remedy } of tools)
      line(name, version === undefined ? 'absent' : 'there', version ?? remedy);
    if (!best || diagnoses.some(({ state }) => state === 'broken')) process.exitCode = 1;
  });

program
  .command('examine', { hidden: true })
  .addArgument(new Argument('<engine>').choices(engineNames))
  .action(async (name: EngineName) => {
    console.log(JSON.stringify(await examine(name)));
    // Dawn, loaded by webgpu, may keep the process alive.
    process.exit(0);
  });

let step = '';
/** One line a step; on a terminal, how far it is, in place. */
function report(next: string, done?: number, total?: number): void {
  if (next !== step) process.stderr.write(`${step && '\n'}${next} ...`);
  if (total && process.stderr.isTTY)
    process.stderr.write(`\r\x1b[K${next} ... ${Math.round((100 * done!) / total)} % of ${total} MB`);
  step = next;
}

program.parseAsync().catch((error: unknown) => {
  console.error(`diff-native: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(stop.signal.aborted ? 130 : 1);
});
