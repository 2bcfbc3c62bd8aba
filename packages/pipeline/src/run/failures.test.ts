import { describe, expect, it } from 'vitest';
import { explained } from './failures.js';

describe('explained', () => {
  it('knows a full disk by its message, and leaves what is a fault of the program', () => {
    const full = new Error('parallelMap: score: ENOSPC: no space left on device, write');
    expect(explained(full, 'out')).toMatchObject({
      name: 'UserError',
      exitCode: 1,
      message: expect.stringMatching(/^cannot write to out: no space is left on the device; .* goes on$/),
    });
    const folder = new Error("EISDIR: illegal operation on a directory, rename '/a/b.1.tmp' -> '/a/b'");
    expect((explained(folder) as Error).message).toMatch(
      /^cannot write to \/a\/b: there is a folder of that name/,
    );
    const lost = new Error(
      'runJobs: score, round 0 ended its worker twice: Worker terminated due to reaching memory limit: JS heap out of memory; a: it took longer than 2 s (1 job waits for it)',
    );
    expect(explained(lost, 'out')).toMatchObject({
      exitCode: 1,
      message:
        'score, round 0 ran out of memory, twice; a: it took longer than 2 s (1 job waits for it); what does not need it is done, and the same command tries it again',
    });
    const bug = new TypeError('x is undefined');
    expect(explained(bug, 'out')).toBe(bug);
  });
});
