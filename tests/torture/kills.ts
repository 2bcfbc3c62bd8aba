import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { command } from './command.js';
import type { Part } from './part.js';
import { differenceOfFiles, differenceOfRuns, type Whole } from './whole-run.js';

/** A command that writes to a folder, and how what it wrote differs from what it writes undisturbed. */
interface Victim {
  name: string;
  args(out: string): string[];
  program?: 'reproduce';
  prepare?(out: string): void;
  difference(out: string): string | undefined;
}

/**
 * SIGKILL, at a random moment and right after renames: the same command goes on, is killed again, until it ends; then every bit
 * must be that of an undisturbed run.
 */
export const kills = ({ run, settings, data }: Whole): Part =>
  async function* ({ place, random, more, whole }) {
    const undisturbed = async (name: string, args: (out: string) => string[], program?: 'reproduce') => {
      const out = join(place, `${name}-whole`);
      const { code, stderr } = await command(args(out), program && { program });
      if (code !== 0) throw new Error(`${name}: ${stderr}`);
      return (other: string) => differenceOfFiles(other, out);
    };
    const fuse = (out: string) => ['fuse', data, '--method', 'staple', '--out', out];
    const predict = (out: string) => ['predict', run, data, '--out', out];
    const evaluate = (out: string) => {
      const tables = ['--csv', join(out, 'scores.csv'), '--json', join(out, 'scores.json')];
      return ['evaluate', join(place, 'fuse-whole'), data, ...tables];
    };
    const reproduce = (out: string) =>
      // Everything once, in seconds.
      [
        ...['worth', '--tasks', 'fundus', '--seeds', '3', '--train', '16', '--test', '4', '--size', '32'],
        ...['--width', '4', '--epochs', '1', '--iterations', '2', '--workers', '2', '--out', out],
      ];
    const victims: Victim[] = [
      {
        name: 'train',
        args: (out) => ['train', settings, '--out', out, '--workers', '2'],
        difference: (out) => differenceOfRuns(out, run),
      },
      { name: 'fuse', args: fuse, difference: await undisturbed('fuse', fuse) },
      { name: 'predict', args: predict, difference: await undisturbed('predict', predict) },
      { name: 'evaluate', args: evaluate, difference: await undisturbed('evaluate', evaluate) },
      {
        name: 'reproduce',
        args: reproduce,
        program: 'reproduce',
        difference: await undisturbed('reproduce', reproduce, 'reproduce'),
      },
      {
        name: 'report',
        args: (out) => ['report', out],
        prepare: (out) => cpSync(run, out, { recursive: true }),
        difference: (out) => differenceOfFiles(out, run),
      },
    ];
    for (let tries = 0; more() || tries < 1; tries++)
      for (const { name, args, program, prepare, difference } of victims) {
        if (!more() && (tries || !whole)) return;
        const out = join(place, name);
        rmSync(out, { recursive: true, force: true });
        prepare?.(out);
        for (let killed = 0; ; killed++) {
          const renames = killed % 2 === 0;
          // Every command gets its share.
          const patient = killed > 12 || (!more() && killed > 1);
          const how = renames
            ? { killAfterRename: 1 + random.integer(4) }
            : { killAfter: 500 + random.uniform(0, 6000) };
          const ended = await command(args(out), { ...(patient ? {} : how), ...(program && { program }) });
          const kind = `SIGKILL in ${name}, ${renames ? 'after a rename' : 'at a random moment'}`;
          if (ended.signal === 'SIGKILL') yield { kind };
          else if (ended.code === 0) break;
          else {
            yield { kind, failure: ended.stderr };
            break;
          }
        }
        const failure = difference(out);
        yield { kind: `same bits after the SIGKILLs in ${name}`, ...(failure && { failure }) };
      }
  };
