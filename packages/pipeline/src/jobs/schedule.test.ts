import { describe, expect, it } from 'vitest';
import { schedule } from './schedule.js';

describe('schedule', () => {
  it('hands out what is ready, the first in the list first, and no more than allowed', async () => {
    const jobs = [
      { id: 'a', after: [] },
      { id: 'b', after: ['a'] },
      { id: 'c', after: ['before'] },
      { id: 'd', after: ['b', 'c'] },
      { id: 'e', after: [] },
    ];
    const { ready, finish } = schedule(jobs, ['before'], 2);
    const next = async () => (await ready.next()).value?.id;
    expect([await next(), await next()]).toEqual(['a', 'c']);
    const third = next();
    finish('c');
    expect(await third).toBe('e');
    finish('a');
    expect(await next()).toBe('b');
    const last = next();
    finish('e');
    finish('b');
    expect(await last).toBe('d');
    expect((await ready.next()).done).toBe(true);
  });

  it('drops what waits for a job that is lost, wherever it is in the list', async () => {
    const jobs = [
      { id: 'c', after: ['b'] },
      { id: 'a', after: [] },
      { id: 'b', after: ['a'] },
      { id: 'd', after: [] },
    ];
    const { ready, lose, finish } = schedule(jobs, [], 1);
    expect((await ready.next()).value?.id).toBe('a');
    expect(lose('a').sort()).toEqual(['b', 'c']);
    expect((await ready.next()).value?.id).toBe('d');
    finish('d');
    expect((await ready.next()).done).toBe(true);
  });

  it('says so where a job waits for none of the others', async () => {
    const { ready } = schedule([{ id: 'a', after: ['nobody'] }], [], 1);
    await expect(ready.next()).rejects.toThrow('a waits for a job that is not there');
  });
});
