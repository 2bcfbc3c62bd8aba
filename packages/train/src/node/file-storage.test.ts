import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fileStorage } from './file-storage.js';

const root = mkdtempSync(join(tmpdir(), 'diff-storage-'));
afterAll(() => rmSync(root, { recursive: true }));
const bytes = (text: string) => new TextEncoder().encode(text);

describe('fileStorage', () => {
  it('is empty before its folder is there, and makes it when first written to', async () => {
    const storage = fileStorage(join(root, 'a/b'));
    expect(await storage.list()).toEqual([]);
    await storage.write('x', bytes('one'));
    await storage.write('x', bytes('two'));
    expect(await storage.list()).toEqual(['x']);
    expect(new TextDecoder().decode(await storage.read('x'))).toBe('two');
    await storage.remove('x');
    expect(await storage.list()).toEqual([]);
  });

  it('sweeps what a killed process left half written, and leaves what a running one is writing', async () => {
    const folder = join(root, 'swept');
    mkdirSync(folder);
    // No process has number 2²², Linux's greatest.
    for (const name of ['x.4194304.tmp', `y.${process.pid}.tmp`, 'z'])
      writeFileSync(join(folder, name), name);
    expect(await fileStorage(folder).list()).toEqual(['z']);
    expect(readdirSync(folder).sort()).toEqual([`y.${process.pid}.tmp`, 'z']);
  });

  it('keeps the old file when the new one cannot be written', async () => {
    const storage = fileStorage(root);
    await storage.write('kept', bytes('old'));
    // What is not bytes fails in the middle of writing, as a full disk does.
    await expect(storage.write('kept', Symbol('no bytes') as never)).rejects.toThrow(TypeError);
    expect(readFileSync(join(root, 'kept'), 'utf8')).toBe('old');
    expect(readdirSync(root).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});
