import { execFile, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { host } from '../host/host.js';
import { type BackendSelection, useBackend } from '../index.js';
import { nativeFolder } from '../native/cache.js';
import type { EngineName } from './engine.js';

// Most of these start processes of their own.
vi.setConfig({ testTimeout: 300_000 });

const order: EngineName[] = ['node-gpu', 'node', 'webgpu', 'wasm', 'cpu'];
const empty = mkdtempSync(join(tmpdir(), 'diff-cache-'));
const built = existsSync(nativeFolder(host(), false));
const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json';

/** Runs a program in a Node of its own and returns what it printed. */
async function inNode(program: string, env: Record<string, string> = {}) {
  const source = `import { useBackend } from '@diff/backend'; import * as tf from '@tensorflow/tfjs-core'; ${program}`;
  const args = ['--conditions=@diff/source', '--import', 'tsx', '--input-type=module', '-e', source];
  return promisify(execFile)(process.execPath, args, {
    cwd: dirname(fileURLToPath(import.meta.url)),
    env: { ...process.env, ...env },
  });
}

afterEach(() => void vi.unstubAllEnvs());

describe('useBackend', () => {
  it.each(['wasm', 'cpu'] as const)(
    'starts %s when asked to, and tf computes and trains on it',
    async (name) => {
      const selection = await useBackend({ prefer: name });
      expect(selection).toMatchObject({ name, version: '4.22.0', passedOver: [] });
      expect(selection.device).toMatch(/^CPU, /);
      expect(tf.getBackend()).toBe(name);
      expect(tf.matMul([[2, 3]], [[5], [7]]).dataSync()).toEqual(Float32Array.of(31));
      expect(
        tf
          .grad((x) => tf.sum(tf.square(x)))(tf.tensor1d([1, -2]))
          .dataSync(),
      ).toEqual(Float32Array.of(2, -4));
    },
  );

  it('leaves an error that nobody catches to Node, which prints it and not the glue of wasm', async () => {
    const run = inNode("await useBackend({ prefer: 'wasm' }); throw new RangeError('a plain mistake');");
    const { stderr } = (await run.catch((error) => error)) as { stderr: string };
    expect(stderr).toContain('RangeError: a plain mistake');
    expect(stderr.length).toBeLessThan(2000);
  });

  it('takes the first that starts of those asked for, and says why not the others', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    vi.stubEnv('DIFF_CACHE', empty);
    const { name, passedOver } = await useBackend({ prefer: ['node-gpu', 'node', 'cpu', 'wasm'] });
    expect(name).toBe('cpu');
    expect(passedOver.map((engine) => engine.name)).toEqual(['node-gpu', 'node']);
    for (const { name, reason, remedy } of passedOver) {
      expect(reason).toContain(`@tensorflow/tfjs-${name} is not installed`);
      expect(remedy).toMatch(/npx -p @diff\/backend diff-native install/);
    }
    warn.mockRestore();
  });

  it('warns once, loudly, when it falls to cpu, and not when cpu is what was asked for', async () => {
    vi.resetModules();
    const { useBackend: fresh } = await import('./use-backend.js');
    vi.stubEnv('DIFF_CACHE', empty);
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    await fresh({ prefer: 'cpu' });
    expect(warn).not.toHaveBeenCalled();
    for (let i = 0; i < 2; i++) await fresh({ prefer: ['node-gpu', 'cpu'] });
    expect(warn.mock.calls).toEqual([
      [expect.stringMatching(/NO FAST ENGINE STARTED.*\n {2}node-gpu: .*not installed.*\n {4}→ npm install/)],
    ]);
    warn.mockRestore();
  });

  it('tries all, best first, when none is asked for', async () => {
    vi.stubEnv('DIFF_CACHE', empty);
    vi.stubEnv('DIFF_BACKEND', '');
    const { name, passedOver } = await useBackend();
    const tried = [...passedOver.map((engine) => engine.name), name];
    expect(tried).toEqual(order.slice(0, tried.length));
    expect(name).not.toBe('cpu');
  });

  it('obeys DIFF_BACKEND, unless the call says otherwise', async () => {
    vi.stubEnv('DIFF_CACHE', empty);
    vi.stubEnv('DIFF_BACKEND', 'node-gpu, cpu');
    expect((await useBackend()).name).toBe('cpu');
    expect((await useBackend({ prefer: 'wasm' })).name).toBe('wasm');
    vi.stubEnv('DIFF_BACKEND', 'gpu');
    await expect(useBackend()).rejects.toThrow(
      new RangeError('useBackend: DIFF_BACKEND names "gpu", expected node-gpu, node, webgpu, wasm, cpu'),
    );
  });

  it('says how to install an engine that is asked for and absent', async () => {
    vi.stubEnv('DIFF_CACHE', empty);
    await expect(useBackend({ prefer: 'node' })).rejects.toThrow(
      /^useBackend: no engine started\. node: .*not installed.*\(npm install @tensorflow\/tfjs-node, or npx -p @diff\/backend diff-native install\)$/,
    );
  });

  it('hands its result to onSelect, whose errors are the caller’s', async () => {
    const seen: BackendSelection[] = [];
    const selection = await useBackend({ prefer: 'cpu', onSelect: (chosen) => seen.push(chosen) });
    expect(seen).toEqual([selection]);
    const onSelect = () => {
      throw new Error('mine');
    };
    await expect(useBackend({ prefer: ['cpu', 'wasm'], onSelect })).rejects.toThrow('mine');
  });

  it('refuses options that make no sense', async () => {
    await expect(useBackend({ threads: 0 })).rejects.toThrow(
      new RangeError('useBackend: threads is 0, expected a positive integer'),
    );
    await expect(useBackend({ prefer: [] })).rejects.toThrow(RangeError);
    await expect(useBackend({ prefer: 'gpu' as EngineName })).rejects.toThrow(
      new RangeError('useBackend: prefer names "gpu", expected node-gpu, node, webgpu, wasm, cpu'),
    );
    await expect(useBackend({ prefer: 7 as unknown as EngineName })).rejects.toThrow(
      new TypeError('useBackend: prefer is 7, expected a name or a list of names'),
    );
    await expect(useBackend({ wasmPath: '/' } as object)).rejects.toThrow(
      new TypeError('useBackend: there is no option "wasmPath", did you mean wasmPaths?'),
    );
    await expect(useBackend({ threads: '2' as unknown as number })).rejects.toThrow(TypeError);
    await expect(useBackend({ onSelect: 'log' as never })).rejects.toThrow(TypeError);
    await expect(useBackend({ wasmPaths: new URL('file:///') as never })).rejects.toThrow(TypeError);
  });

  it('refuses to work beside a second copy of tfjs-core, and says where both are', async () => {
    const require = createRequire(import.meta.url);
    const ours = require.resolve('@tensorflow/tfjs-core');
    const modules = ours.slice(0, ours.lastIndexOf('@tensorflow'));
    const second = mkdtempSync(join(modules, '.second-'));
    const theirs = join(second, 'tfjs-core/dist/tf-core.node.js');
    try {
      cpSync(ours, theirs);
      require(theirs);
      await expect(useBackend({ prefer: 'cpu' })).rejects.toThrow(`${ours} and ${theirs}`);
    } finally {
      delete require.cache[theirs];
      rmSync(second, { recursive: true });
    }
    expect((await useBackend({ prefer: 'cpu' })).name).toBe('cpu');
  });

  const quiet: EngineName[] = built ? ['node', 'wasm', 'cpu'] : ['wasm', 'cpu'];
  it.each(quiet)('starts %s without printing anything, and lets the process end', async (name) => {
    const { stdout, stderr } = await inNode(`
      const { name } = await useBackend({ prefer: '${name}', threads: 1 });
      const filter = tf.ones([3, 3, 1, 1]);
      const gradient = tf.grad((w) => tf.sum(tf.conv2d(tf.ones([1, 4, 4, 1]), w, 1, 'valid')))(filter);
      process.stdout.write(name + (await gradient.data()).join());`);
    expect({ stdout, stderr }).toEqual({ stdout: `${name}4,4,4,4,4,4,4,4,4`, stderr: '' });
  });
});

describe.runIf(built)('useBackend on the tfjs-node that diff-native has built', () => {
  it('runs on the caller’s own tfjs-core, on Nodes that lack what tfjs-node calls', async () => {
    const util = createRequire(import.meta.url)('node:util') as { isNullOrUndefined?: unknown };
    util.isNullOrUndefined = undefined;
    const selection = await useBackend({ prefer: 'node' });
    expect(selection).toMatchObject({ name: 'node', version: '2.21.0' });
    expect(tf.getBackend()).toBe('tensorflow');
    const before = tf.memory().numTensors;
    const product = tf.matMul([[2, 3]], [[5], [7]]);
    expect(product.constructor).toBe(tf.Tensor);
    expect(await product.data()).toEqual(Float32Array.of(31));
    product.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('gives way to another engine and comes back', async () => {
    expect((await useBackend({ prefer: 'cpu' })).name).toBe('cpu');
    expect((await useBackend({ prefer: 'node' })).name).toBe('node');
    expect(tf.getBackend()).toBe('tensorflow');
  });
});

// Dawn opens Vulkan's loader by its name; Debian's chromium does not depend on the package that has it.
const vulkan =
  spawnSync('ldconfig', ['-p'], { encoding: 'utf8' }).stdout?.includes('libvulkan.so.1') ?? false;
describe.runIf(vulkan && existsSync(swiftShader))('useBackend where WebGPU is a software renderer', () => {
  const env = { VK_ICD_FILENAMES: swiftShader, DIFF_CACHE: empty, DIFF_BACKEND: '' };

  it('passes it over, leaving no trace of it on the globals', async () => {
    const { stdout } = await inNode(
      'const chosen = await useBackend(); console.log(JSON.stringify([chosen, typeof GPUDevice]));',
      env,
    );
    const [{ name, passedOver }, device] = JSON.parse(stdout) as [BackendSelection, string];
    expect(name).toBe('wasm');
    expect(passedOver.at(-1)!.reason).toMatch(/SwiftShader.*is software, which is slower than wasm/);
    expect(device).toBe('undefined');
  });

  it('takes it when asked to, and lets the process end', async () => {
    const { stdout } = await inNode(
      `const { name, device } = await useBackend({ prefer: 'webgpu' });
       console.log(name, device, ...await tf.matMul([[2, 3]], [[5], [7]]).data());`,
      env,
    );
    expect(stdout).toMatch(/^webgpu GPU, SwiftShader.* 31\n$/);
  });
});
