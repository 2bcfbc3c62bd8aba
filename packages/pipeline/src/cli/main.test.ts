import { expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { diffPipeline } from '../fixtures/command-line.js';

it('ends with 2 where the command line is wrong, as with any bad input, and with 0 after help', async () => {
  const expected: [args: string[], code: number, says: string][] = [
    [['report', 'run', '--nonsense'], 2, "unknown option '--nonsense'"],
    [['demo', '--workers', 'many'], 2, 'Expected a whole number from 1 up'],
    [['fuse', 'masks', '--out', ''], 2, 'It is empty.'],
    [['evaluate', 'a', 'b', '--thresholds', ''], 2, 'Expected numbers from 0 to 1'],
    [['demo', '--help'], 0, 'Usage: diff-pipeline demo'],
    [['--version'], 0, manifest.version],
  ];
  for (const [args, code, says] of expected) {
    const ended = await diffPipeline(args);
    expect([args, ended.code]).toEqual([args, code]);
    expect(code ? ended.stderr : ended.stdout).toContain(says);
  }
}, 300_000);

it('ends without a word where nobody reads its help to the end', async () => {
  const { code, stderr } = await diffPipeline(['--help'], (child) => child.stdout!.destroy());
  expect([code, stderr]).toEqual([0, '']);
}, 300_000);
