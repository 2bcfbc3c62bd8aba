import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyFolder } from '../fixtures/command-line.js';
import { folderArtifacts } from './artifacts.js';
import { sweepAttempts } from './attempt.js';
import { doneBefore, doOnce, markDone, renewed } from './done.js';

async function place() {
  const root = await emptyFolder();
  const outputs = [join(root, 'deep/a.txt'), join(root, 'b.txt')] as const;
  const job = { key: { x: 1 }, marker: join(root, 'jobs/one.json'), outputs };
  const texts = () => outputs.map((path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined));
  const work = (text: string) => async (staged: (output: string) => string) => {
    for (const path of outputs) {
      mkdirSync(dirname(staged(path)), { recursive: true });
      writeFileSync(staged(path), text);
    }
    return text;
  };
  const left = () => readdirSync(dirname(job.marker)).filter((name) => name !== 'one.json');
  return { root, job, outputs, texts, work, left };
}

describe('doOnce', () => {
  it('keeps what the first of several came to, and the others give the same', async () => {
    const { job, texts, work, left } = await place();
    let letGo = () => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const late = doOnce(job, async (staged) => {
      await work('late')(staged);
      await held;
      return 'late';
    });
    const first = await doOnce(job, work('first'));
    const marker = readFileSync(job.marker);
    letGo();
    expect((await late).result).toBe('first');
    expect((await late).seals).toEqual(first.seals);
    expect(texts()).toEqual(['first', 'first']);
    expect(readFileSync(job.marker)).toEqual(marker);
    expect(left()).toEqual([]);
  });

  it('counts one of many that end at once', async () => {
    const { job, texts, work, left } = await place();
    const all = await Promise.all(Array.from({ length: 20 }, (_, i) => doOnce(job, work(`${i}`))));
    const [result] = [...new Set(all.map((one) => one.result))];
    expect(new Set(all.map((one) => one.attempt)).size).toBe(1);
    expect(texts()).toEqual([result, result]);
    expect(left()).toEqual([]);
  });

  it('changes nothing that was there when it fails or writes too little', async () => {
    const { job, outputs, texts, left } = await place();
    writeFileSync(outputs[1], 'old');
    const failing = doOnce(job, async (staged) => {
      mkdirSync(dirname(staged(outputs[0])), { recursive: true });
      writeFileSync(staged(outputs[0]), 'new');
      throw new Error('no more');
    });
    await expect(failing).rejects.toThrow('no more');
    expect(texts()).toEqual([undefined, 'old']);
    await expect(doOnce(job, async () => 1)).rejects.toThrow(`markDone: ${outputs[0]} was not written`);
    expect(left()).toEqual([]);
  });

  it('is not hurt by what another left: a failure after a twin was done is none', async () => {
    const { job, work } = await place();
    const failing = doOnce(job, async () => {
      await doOnce(job, work('twin'));
      throw new Error('its checkpoints are gone');
    });
    expect((await failing).result).toBe('twin');
  });

  it('replaces no marker of another key', async () => {
    const { job, work, texts } = await place();
    await doOnce({ ...job, key: 'other' }, work('other'));
    await expect(doOnce(job, work('mine'))).rejects.toThrow('was written meanwhile');
    expect(texts()).toEqual(['other', 'other']);
    expect(await renewed(job)).toBeUndefined();
    expect(existsSync(job.marker)).toBe(false);
    expect((await doOnce(job, work('mine'))).result).toBe('mine');
    expect((await renewed<string>(job))?.result).toBe('mine');
    // By itself, as the only one, a job replaces what was there.
    expect((await markDone({ ...job, key: 'third' }, work('third'))).result).toBe('third');
    expect(texts()).toEqual(['third', 'third']);
  });
});

describe('an attempt that was killed', () => {
  /** As it is after so many of its files got their names, its marker having been written. */
  async function killed(renamed: number) {
    const made = await place();
    const { job, outputs, work } = made;
    const done = await doOnce(job, work('text'));
    const folder = join(dirname(job.marker), `.attempt-${done.attempt}`);
    mkdirSync(folder);
    linkSync(job.marker, join(folder, 'marker'));
    for (const [i, path] of outputs.slice(renamed).entries()) {
      writeFileSync(join(folder, `${renamed + i}.txt`), 'text');
      rmSync(path);
    }
    return made;
  }

  it.each([0, 1, 2])('between its marker and its outputs, of which %d had their names', async (renamed) => {
    const { job, texts, left } = await killed(renamed);
    await sweepAttempts(dirname(job.marker));
    const all = await Promise.all([1, 2, 3].map(() => doneBefore(job)));
    for (const done of all) expect(done?.result).toBe('text');
    expect(texts()).toEqual(['text', 'text']);
    expect(left()).toEqual([]);
  });

  it('before its marker: nothing of it stays', async () => {
    const { job, texts, work, left } = await place();
    const folder = join(dirname(job.marker), '.attempt-gone');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, '0.txt'), 'half');
    expect(await doneBefore(job)).toBeUndefined();
    await doOnce(job, work('whole'));
    expect(left()).toEqual(['.attempt-gone']);
    await sweepAttempts(dirname(job.marker));
    expect(left()).toEqual([]);
    expect(texts()).toEqual(['whole', 'whole']);
  });
});

describe('folderArtifacts', () => {
  it('creates a file once, whole', async () => {
    const root = await emptyFolder();
    const path = join(root, 'x');
    const texts = Array.from({ length: 10 }, (_, i) => `${i}`.repeat(1000));
    const told = await Promise.all(
      texts.map((text, i) => folderArtifacts.create(path, Buffer.from(text), join(root, `t${i}`))),
    );
    const first = told.indexOf(true);
    expect(told.filter(Boolean)).toHaveLength(1);
    expect(readFileSync(path, 'utf8')).toBe(texts[first]);
    // Whose answer was lost asks again.
    expect(await folderArtifacts.create(path, Buffer.from(texts[first]!), join(root, 't'))).toBe(true);
    expect(readdirSync(root)).toEqual(['x']);
  });
});
