import { expect, it } from 'vitest';
import { diffPipeline } from './fixtures/command-line.js';

it('ends with 2 where the command line is wrong, as with any bad input, and with 0 after help', async () => {
  const expected: [args: string[], code: number, says: string][] = [
    [['report', 'run', '--nonsense'], 2, "unknown option '--nonsense'"],
    [['reproduce', 'figure2', '--seeds', 'many'], 2, 'Expected a whole number from 1 up'],
    [['reproduce', 'figure9'], 2, 'reproduce figure9: expected one of figure2, '],
    [['reproduce', 'figure6', '--help'], 0, 'Usage: diff-pipeline reproduce figure6'],
    [['--version'], 0, '0.1.0'],
  ];
  for (const [args, code, says] of expected) {
    const ended = await diffPipeline(args);
    expect([args, ended.code]).toEqual([args, code]);
    expect(code ? ended.stderr : ended.stdout).toContain(says);
  }
}, 120_000);
