import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { emptyFolder } from '../fixtures/command-line.js';
import { lockFolder } from './lock-folder.js';

let script: string;
beforeAll(async () => {
  // Bundled, since 20 processes that each compile what they import take minutes.
  script = join(await emptyFolder(), 'hold-folder.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('fixtures/hold-folder.ts', import.meta.url))],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@diff/source'],
    logLevel: 'error',
  });
});

function holder(folder: string, milliseconds: number) {
  const child = spawn(process.execPath, [script, folder, String(milliseconds)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  const first = new Promise<void>((resolve) =>
    child.stdout.on('data', (text) => {
      said += text;
      resolve();
    }),
  );
  const ended = new Promise<string>((resolve) => child.on('close', () => resolve(said.trim())));
  return { child, first, ended };
}

const locks = (folder: string) => readdirSync(folder).filter((name) => name.startsWith('.'));

describe('lockFolder', () => {
  it('refuses a second process in one sentence that names the first', async () => {
    const folder = await emptyFolder();
    const lock = await lockFolder(folder);
    const said = await holder(folder, 0).ended;
    expect(said).toMatch(
      new RegExp(`^${folder} is in use: process ${process.pid} on ${hostname()} has worked in it since 20`),
    );
    await expect(lockFolder(folder)).rejects.toThrow('is in use');
    await lock.release();
    expect(await holder(folder, 0).ended).toBe('holds');
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each(['in an empty folder', 'where a killed one left its lock'])(
    'lets one of 20 in, %s',
    async (where) => {
      const folder = await emptyFolder();
      if (where !== 'in an empty folder') {
        const killed = holder(folder, 60_000);
        await killed.first;
        killed.child.kill('SIGKILL');
        await killed.ended;
        expect(locks(folder)).toEqual(['.lock-1']);
        expect(existsSync(join(folder, 'inside'))).toBe(true);
        rmSync(join(folder, 'inside'));
      }
      const all = Array.from({ length: 20 }, () => holder(folder, 60_000));
      await Promise.all(all.map(({ first }) => first));
      for (const { child } of all) child.kill('SIGKILL');
      const said = await Promise.all(all.map(({ ended }) => ended));
      expect(said.filter((text) => text === 'holds')).toHaveLength(1);
      expect(said.filter((text) => text.includes(' is in use: '))).toHaveLength(19);
    },
    240_000,
  );

  it('takes over from a machine that has been silent for long, and from no other', async () => {
    const folder = await emptyFolder();
    const path = join(folder, '.lock-7');
    const other = {
      token: 'x',
      pid: 4711,
      host: 'elsewhere',
      machine: 'elsewhere',
      born: '',
      since: '2026-01-01',
    };
    writeFileSync(path, JSON.stringify(other));
    await expect(lockFolder(folder)).rejects.toThrow(
      'process 4711 on elsewhere has worked in it since 2026-01-01',
    );
    const silent = Date.now() / 1000 - 100;
    utimesSync(path, silent, silent);
    const lock = await lockFolder(folder);
    expect(locks(folder)).toEqual(['.lock-8']);
    await lock.release();
    expect(locks(folder)).toEqual([]);
  });

  it('takes a process of the same id that began at another time for gone', async () => {
    const folder = await emptyFolder();
    const lock = await lockFolder(folder);
    const holder = JSON.parse(readFileSync(join(folder, '.lock-1'), 'utf8'));
    await lock.release();
    writeFileSync(join(folder, '.lock-1'), JSON.stringify({ ...holder, born: '1' }));
    await (await lockFolder(folder)).release();
    expect(locks(folder)).toEqual([]);
  });

  it('takes a lock that was never written for held, until it is old', async () => {
    const folder = await emptyFolder();
    const path = join(folder, '.lock-1');
    writeFileSync(path, '');
    await expect(lockFolder(folder)).rejects.toThrow('another process is about to work in it');
    utimesSync(path, 1e9, 1e9);
    await (await lockFolder(folder)).release();
  });

  it('leaves no folder that it made where nothing came into it', async () => {
    const folder = await emptyFolder();
    const lock = await lockFolder(join(folder, 'a/b'));
    await lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });
});
