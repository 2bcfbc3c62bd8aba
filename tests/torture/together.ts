import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { command } from './command.js';
import type { Part } from './part.js';
import { differenceOfRuns, type Whole } from './whole-run.js';

/** Starts a run many times at once: one works, the others are refused, and the result is that of one alone. */
export const together = ({ run, settings }: Whole, starts: number): Part =>
  async function* ({ place, more }) {
    for (let tries = 0; more() || tries < 1; tries++) {
      const out = join(place, 'run');
      rmSync(out, { recursive: true, force: true });
      const args = ['train', settings, '--out', out, '--workers', '1'];
      const ended = await Promise.all(Array.from({ length: starts }, () => command(args)));
      for (const { code, stderr } of ended) {
        const refused = code === 2 && /^diff-pipeline: \S+ is in use: .*\n$/.test(stderr);
        // A start that comes when the first has ended finds everything done.
        if (code === 0) yield { kind: `${starts} starts of train at once: worked` };
        else
          yield { kind: `${starts} starts of train at once: refused`, ...(!refused && { failure: stderr }) };
      }
      const failure = ended.some(({ code }) => code === 0) ? differenceOfRuns(out, run) : 'none worked';
      yield { kind: 'same bits after starts at once', ...(failure && { failure }) };
    }
  };
