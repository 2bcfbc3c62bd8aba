import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = join(dirname(fileURLToPath(import.meta.url)), 'staple_itk.cpp');

export interface ItkRun {
  version: string;
  sensitivity?: number[];
  specificity?: number[];
  /** Raters × [truth, vote]. */
  confusion?: number[];
  /** The index of the last iteration, from 0, if it converged; else the limit. */
  elapsed: number;
  /** Milliseconds of `Update()`, one a repeat. */
  times: number[];
  output: Uint8Array;
}

/**
 * Compiles staple_itk.cpp against the ITK 5 that Debian's libinsighttoolkit5-dev installs, once a version of
 * the source; `undefined` where there is no ITK or no compiler.
 */
export function buildItk(): string | undefined {
  const include = ['/usr/include', '/usr/local/include']
    .flatMap((dir) => (existsSync(dir) ? readdirSync(dir).map((name) => join(dir, name)) : []))
    .find((dir) => /\/ITK-5\.\d+$/.test(dir));
  if (!include) return undefined;
  const version = include.slice(include.lastIndexOf('-'));
  const key = createHash('sha256').update(readFileSync(source)).update(include).digest('hex').slice(0, 12);
  const binary = join(tmpdir(), `staple-itk-${key}`);
  if (existsSync(binary)) return binary;
  const libraries = ['ITKCommon', 'ITKVNLInstantiation', 'itkvnl_algo', 'itkvnl', 'itksys'];
  const flags = ['-O3', '-DNDEBUG', '-std=c++17', '-march=native'];
  const link = libraries.map((name) => `-l${name}${version}`);
  try {
    execFileSync('g++', [...flags, `-I${include}`, source, '-o', `${binary}.part`, ...link], {
      stdio: 'pipe',
    });
  } catch (error) {
    console.warn(`ITK is at ${include}, but staple_itk.cpp does not build: ${String(error).slice(0, 500)}`);
    return undefined;
  }
  renameSync(`${binary}.part`, binary);
  return binary;
}

/** Runs one of ITK's filters on 0/1 masks ('binary', with a confidence weight) or label maps ('labels', a threshold; 'voting'). */
export function runItk(
  binary: string,
  mode: 'binary' | 'labels' | 'voting',
  masks: Uint8Array[],
  [height, width]: [number, number],
  parameter: number,
  { maxIterations = 0, repeats = 1 } = {},
): ItkRun {
  const dir = mkdtempSync(join(tmpdir(), 'staple-itk-'));
  try {
    writeFileSync(join(dir, 'masks'), Buffer.concat(masks));
    const args = [masks.length, height, width, join(dir, 'output'), parameter, maxIterations, repeats];
    const out = execFileSync(binary, [mode, join(dir, 'masks'), ...args.map(String)], { encoding: 'utf8' });
    return { ...JSON.parse(out), output: new Uint8Array(readFileSync(join(dir, 'output'))) };
  } finally {
    rmSync(dir, { recursive: true });
  }
}
