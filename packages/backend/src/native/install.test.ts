import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { host } from '../host/host.js';
import { nativeFolder } from './cache.js';
import { fetchPackage, fetchWheel } from './fetch.js';
import { npmPackages, tensorflow, wheels } from './recipe.js';
import { findTools } from './tools.js';
import { unpackWheel } from './unpack.js';

const here = dirname(fileURLToPath(import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'diff-native-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
afterEach(() => void vi.unstubAllEnvs());

let made = 0;
function folder(): string {
  const path = join(scratch, String(made++));
  mkdirSync(path);
  return path;
}

/** Starts `diff-native`, from its source, with a cache of its own. */
function start(args: string[], env: Record<string, string>): ChildProcess {
  const flags = ['--conditions=@diff/source', '--import', import.meta.resolve('tsx')];
  return spawn(process.execPath, [...flags, join(here, '../cli/diff-native.ts'), ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function ended(child: ChildProcess): Promise<{ code: number | null; out: string; err: string }> {
  let out = '';
  let err = '';
  child.stdout!.on('data', (text) => (out += text));
  child.stderr!.on('data', (text) => (err += text));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}

const left = (cache: string) => (existsSync(join(cache, 'native')) ? readdirSync(join(cache, 'native')) : []);

/** An executable in a folder of its own. */
function program(name: string, script: string): string {
  const path = folder();
  writeFileSync(join(path, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
}

const tools = await findTools();
const canBuild =
  process.platform === 'linux' &&
  process.arch === 'x64' &&
  tools.every(({ version }) => version !== undefined);
const cut = { npm_config_registry: 'http://127.0.0.1:9', npm_config_offline: 'false' };
const cutPip = {
  PIP_CONFIG_FILE: '/dev/null',
  PIP_INDEX_URL: 'http://127.0.0.1:9/simple',
  PIP_EXTRA_INDEX_URL: '',
  PIP_FIND_LINKS: '',
};

describe.runIf(process.platform === 'linux' && process.arch === 'x64')('diff-native install', () => {
  it('names every tool that is missing, and what to do about it', async () => {
    const bin = folder();
    symlinkSync(process.execPath, join(bin, 'node'));
    const cache = folder();
    const { code, err } = await ended(start(['install'], { PATH: bin, DIFF_CACHE: cache, CXX: '' }));
    expect(code).toBe(1);
    for (const name of ['g++', 'python3', 'pip', 'npm', 'tar']) expect(err).toContain(`${name} is missing; `);
    expect(err).toContain('apt install g++');
    expect(left(cache)).toEqual([]);
  });

  it.runIf(canBuild)(
    'fails in seconds where the network is cut, says what to do, and leaves nothing',
    async () => {
      const cache = folder();
      const abandoned = join(cache, 'native', '.999999999-of-a-run-that-was-killed');
      mkdirSync(abandoned, { recursive: true });
      const env = { ...cut, ...cutPip, npm_config_cache: folder(), DIFF_CACHE: cache };
      const { code, err } = await ended(start(['install'], env));
      expect(code).toBe(1);
      expect(err).toContain('npm could not fetch @tensorflow/tfjs-node 4.22.0. Is there a network');
      expect(err).toContain('HTTPS_PROXY');
      expect(err).toContain('ECONNREFUSED');
      expect(left(cache)).toEqual([]);
    },
  );

  it.runIf(canBuild)('stops at once on Ctrl-C, and leaves nothing', async () => {
    const slow = program('npm', '[ "$1" = --version ] && echo 1 && exit; exec sleep 60');
    const cache = folder();
    const child = start(['install'], { PATH: `${slow}:${process.env.PATH}`, DIFF_CACHE: cache });
    const end = ended(child);
    await vi.waitFor(() => expect(left(cache)).toHaveLength(1), 50_000);
    child.kill('SIGINT');
    const { code, err } = await end;
    expect(code).toBe(130);
    expect(err).toContain('diff-native: stopped; nothing was installed');
    expect(left(cache)).toEqual([]);
  });

  it.runIf(existsSync(nativeFolder(host(), false)))('is done at once where it was done before', async () => {
    const { code, out } = await ended(start(['install'], {}));
    expect(out).toMatch(/is already there, and works/);
    expect(code).toBe(0);
  });

  it.runIf(process.env.DIFF_TEST_NATIVE === '1')(
    'builds an engine that works (DIFF_TEST_NATIVE=1)',
    async () => {
      const cache = folder();
      const { code, out, err } = await ended(start(['install'], { DIFF_CACHE: cache }));
      expect(err).not.toContain('diff-native:');
      expect(out).toContain(`tfjs-node on TensorFlow ${tensorflow} is built`);
      expect(code).toBe(0);
      expect(left(cache)).toHaveLength(1);
    },
    900_000,
  );
});

describe('diff-native doctor', () => {
  it('finds what is broken, without falling with it, and exits with 1', async () => {
    vi.stubEnv('DIFF_CACHE', folder());
    for (const [gpu, script] of [
      [false, 'throw new Error("no such symbol");'],
      [true, 'process.abort();'],
    ] as const) {
      const engine = nativeFolder(host(), gpu);
      mkdirSync(engine, { recursive: true });
      writeFileSync(join(engine, 'index.js'), script);
    }
    const { code, out } = await ended(start(['doctor'], {}));
    expect(out).toMatch(
      /^ {2}node-gpu +broken +it took its process down \(SIGABRT\)\n +→ its library does not fit .*diff-native install --gpu`$/m,
    );
    expect(out).toMatch(
      /^ {2}node +broken +no such symbol\n +→ delete .* and build it again: npx -p @diff\/backend/m,
    );
    expect(out).toMatch(/^ {2}wasm +works +CPU, WebAssembly, 1 thread \(4\.22\.0\)$/m);
    expect(out).toMatch(/^ {2}cpu +works /m);
    expect(out).toMatch(/^ {2}g\+\+ +(there|absent) /m);
    expect(code).toBe(1);
  }, 180_000);

  it('exits with 0 where nothing is broken, whatever is absent', async () => {
    const { code, out } = await ended(start(['doctor'], { DIFF_CACHE: folder() }));
    expect(out).toMatch(/^ {2}node +absent +@tensorflow\/tfjs-node is not installed/m);
    expect(out).toMatch(/^ {2}useBackend\(\) takes (wasm|webgpu)$/m);
    expect(code).toBe(0);
    // Whatever does not work is followed by what to do about it.
    const engines = out.slice(out.indexOf('best first'), out.indexOf('useBackend()'));
    const troubles = engines.split('\n').filter((line) => / (absent|broken) /.test(line));
    expect(engines.match(/^ +→ \S/gm) ?? []).toHaveLength(troubles.length);
  }, 180_000);
});

describe('fetchPackage', () => {
  it('refuses a package that has another hash than the recipe says', async () => {
    const fake = program('npm', 'echo not the package > tensorflow-tfjs-node-4.22.0.tgz');
    vi.stubEnv('PATH', `${fake}:${process.env.PATH}`);
    const digest = execFileSync('sh', [
      '-c',
      'echo not the package | openssl dgst -sha512 -binary | base64 -w0',
    ]);
    await expect(fetchPackage(npmPackages.tfjsNode, folder())).rejects.toThrow(
      `@tensorflow/tfjs-node 4.22.0 came with the hash sha512-${digest}, expected ${npmPackages.tfjsNode.integrity}`,
    );
  });
});

const python = tools.some(({ name, version }) => name === 'pip' && version);

/** A wheel of a few small files. */
function wheel(where: string, files: Record<string, string>, record: string): string {
  const path = join(where, `tensorflow_cpu-${tensorflow}-cp311-cp311-manylinux_2_27_x86_64.whl`);
  const info = `tensorflow_cpu-${tensorflow}.dist-info`;
  const all = {
    ...files,
    [`${info}/METADATA`]: `Metadata-Version: 2.1\nName: tensorflow-cpu\nVersion: ${tensorflow}\n`,
    [`${info}/WHEEL`]: 'Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: cp311-cp311-manylinux_2_27_x86_64\n',
    [`${info}/RECORD`]: record,
  };
  const script =
    'import json, sys, zipfile\nwith zipfile.ZipFile(sys.argv[1], "w") as z:\n  for n, t in json.loads(sys.argv[2]).items(): z.writestr(n, t)';
  execFileSync('python3', ['-c', script, path, JSON.stringify(all)]);
  return path;
}

describe.runIf(python)('fetchWheel', () => {
  const progress = { onProgress: () => {} };

  it('refuses a wheel that has another hash than the recipe says', async () => {
    const index = folder();
    wheel(index, {}, '');
    vi.stubEnv('PIP_CONFIG_FILE', '/dev/null');
    vi.stubEnv('PIP_NO_INDEX', '1');
    vi.stubEnv('PIP_FIND_LINKS', index);
    await expect(fetchWheel(wheels.cpu, folder(), progress)).rejects.toThrow(
      `tensorflow-cpu ${tensorflow} came with another hash than sha256:${wheels.cpu.sha256}; nothing was installed`,
    );
    const { sha256: _, ...unpinned } = wheels.cpu;
    expect(existsSync(await fetchWheel(unpinned, folder(), progress))).toBe(true);
  });

  it('fails in seconds where the network is cut, and says what to do', async () => {
    for (const [name, value] of Object.entries(cutPip)) vi.stubEnv(name, value);
    await expect(fetchWheel(wheels.cpu, folder(), progress)).rejects.toThrow(
      new RegExp(
        `^pip could not fetch tensorflow-cpu ${tensorflow}. Is there a network, and a proxy to name in HTTPS_PROXY`,
      ),
    );
  });
});

describe.runIf(python)('unpackWheel', () => {
  // The SHA-256 of 'abc' (FIPS 180-2, appendix B.1), as a wheel's RECORD writes it.
  const abc = 'sha256=ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0';
  const files = { 'tensorflow/libtensorflow_cc.so.2': 'abc', 'tensorflow/python/big.so': 'not wanted' };

  it('unpacks the libraries and headers and nothing else', async () => {
    const where = folder();
    const path = wheel(folder(), files, `tensorflow/libtensorflow_cc.so.2,${abc},3\n`);
    await unpackWheel(path, where);
    expect(readdirSync(where, { recursive: true }).sort()).toEqual([
      'tensorflow',
      'tensorflow/libtensorflow_cc.so.2',
    ]);
  });

  it('refuses a file that has another hash than the wheel records', async () => {
    const path = wheel(
      folder(),
      { ...files, 'tensorflow/libtensorflow_cc.so.2': 'abd' },
      `tensorflow/libtensorflow_cc.so.2,${abc},3\n`,
    );
    await expect(unpackWheel(path, folder())).rejects.toThrow(
      'tensorflow/libtensorflow_cc.so.2 does not have the hash that the wheel records for it',
    );
  });
});
