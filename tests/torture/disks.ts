import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command, isSentence } from './command.js';
import type { Part } from './part.js';
import { differenceOfRuns, type Whole } from './whole-run.js';

/** Places that cannot be written to, and disks that fill up: a sentence, and the same bits once there is space. */
export const disks = ({ run, settings, data }: Whole): Part =>
  async function* ({ place, random, more }) {
    const file = join(place, 'file');
    writeFileSync(file, '');
    const places = {
      'a name of 300 letters': join(place, 'n'.repeat(300)),
      'a file': file,
      '/proc': '/proc/x',
    };
    for (const [name, out] of Object.entries(places))
      for (const args of [
        ['train', settings, '--out', out],
        ['fuse', data, '--out', out],
        ['evaluate', join(run, 'round-0/predictions/T&G on DF-GT'), data, '--csv', join(out, 'a.csv')],
      ]) {
        const { code, signal, stderr } = await command(args, { killAfter: 60_000 });
        const good = (code === 1 || code === 2) && isSentence(stderr);
        yield {
          kind: `${args[0]} into ${name}`,
          ...(!good && { failure: `code ${code}, signal ${signal}: ${stderr}` }),
        };
      }
    const disk = join(place, 'disk');
    mkdirSync(disk);
    const mount = (...options: string[]) =>
      execFileSync('mount', ['-t', 'tmpfs', '-o', options.join(','), 'torture', disk], { stdio: 'pipe' });
    for (let tries = 0; more() || tries < 1; tries++) {
      try {
        mount(`size=${100 + random.integer(900)}k`);
      } catch {
        return;
      }
      try {
        const out = join(disk, 'run');
        const args = ['train', settings, '--out', out];
        const full = await command(args);
        const said =
          full.code === 1 && /no space is left on the device/.test(full.stderr) && isSentence(full.stderr);
        yield {
          kind: 'train on a disk that fills up',
          ...(!said && { failure: `${full.code} ${full.stderr}` }),
        };
        mount('remount', 'ro');
        const closed = await command(args);
        const told = closed.code === 1 && isSentence(closed.stderr);
        yield {
          kind: 'train on a read-only disk',
          ...(!told && { failure: `${closed.code} ${closed.stderr}` }),
        };
        mount('remount', 'rw', 'size=64m');
        const { code, stderr } = await command(args);
        const failure = code === 0 ? differenceOfRuns(out, run) : stderr;
        yield { kind: 'same bits after the disk was full', ...(failure && { failure }) };
      } finally {
        execFileSync('umount', [disk]);
      }
    }
  };
