import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type NpmPackage, tensorflow, type Wheel, wheelTags } from './recipe.js';
import { Failed, run } from './run.js';

/** Fetches a package with npm, without running any of its scripts, and unpacks it into `folder`. */
export async function fetchPackage(
  { name, version, integrity }: NpmPackage,
  folder: string,
  signal?: AbortSignal,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const args = [
    'pack',
    `${name}@${version}`,
    '--pack-destination',
    folder,
    '--ignore-scripts',
    '--loglevel=error',
  ];
  const patience = ['--fetch-retries=1', '--fetch-retry-mintimeout=1000', '--fetch-timeout=20000'];
  await run('npm', [...args, ...patience], { signal, cwd: folder }).catch((error) => {
    throw unreachable(error, `${name} ${version}`, 'npm', 'npm config get registry');
  });
  const tarball = join(folder, (await readdir(folder)).find((file) => file.endsWith('.tgz'))!);
  const found = `sha512-${createHash('sha512')
    .update(await readFile(tarball))
    .digest('base64')}`;
  if (found !== integrity)
    throw new Error(
      `${name} ${version} came with the hash ${found}, expected ${integrity}; nothing was installed`,
    );
  await run('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1'], { signal });
}

/** Fetches TensorFlow's wheel with pip, which checks its hash, and returns its path. */
export async function fetchWheel(
  { name, sha256, megabytes }: Wheel,
  folder: string,
  { signal, onProgress }: { signal?: AbortSignal; onProgress: (done: number, total: number) => void },
): Promise<string> {
  const scratch = join(folder, 'pip');
  await mkdir(scratch, { recursive: true });
  const requirements = join(folder, 'requirements.txt');
  await writeFile(requirements, `${name}==${tensorflow}${sha256 ? ` --hash=sha256:${sha256}` : ''}\n`);
  const { python, abi, platform } = wheelTags;
  const what = ['--no-deps', '--only-binary=:all:', '--python-version', python, '--implementation', 'cp'];
  const how = ['--retries', '1', '--timeout', '15', '--progress-bar', 'off', '--disable-pip-version-check'];
  const pip = ['-m', 'pip', 'download', '--quiet', '-r', requirements, '-d', folder];
  // pip draws its own progress only on a terminal; what it has written into its scratch folder tells as much.
  const timer = setInterval(
    async () => onProgress(Math.min(megabytes, await megabytesIn(scratch)), megabytes),
    500,
  );
  try {
    await run('python3', [...pip, ...what, '--abi', abi, '--platform', platform, ...how], {
      signal,
      env: { TMPDIR: scratch },
    });
  } catch (error) {
    if (error instanceof Failed && /HASHES/.test(error.output))
      throw new Error(
        `${name} ${tensorflow} came with another hash than sha256:${sha256}; nothing was installed`,
      );
    throw unreachable(error, `${name} ${tensorflow}`, 'pip', 'python3 -m pip config list');
  } finally {
    clearInterval(timer);
  }
  return join(folder, (await readdir(folder)).find((file) => file.endsWith('.whl'))!);
}

async function megabytesIn(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    files.map((file) =>
      stat(join(folder, file)).then(
        (found) => (found.isFile() ? found.size : 0),
        () => 0,
      ),
    ),
  );
  return Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1e6);
}

function unreachable(error: unknown, what: string, tool: string, settings: string): unknown {
  if (!(error instanceof Failed)) return error;
  const telling = error.output.split('\n').filter((line) => /error|retrying/i.test(line));
  const said = telling.slice(0, 4).map((line) => line.slice(0, 200));
  return new Error(
    `${tool} could not fetch ${what}. Is there a network, and a proxy to name in HTTPS_PROXY? ` +
      `\`${settings}\` shows where ${tool} looks. ` +
      `Nothing was installed; the wasm engine needs none of this. ${tool} said:\n  ${said.join('\n  ') || `exit code ${error.code}`}`,
  );
}
