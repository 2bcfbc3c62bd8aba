import { createHash } from 'node:crypto';
import { afterEach, expect, it, vi } from 'vitest';
import { sha256 } from './sha256.js';

afterEach(() => vi.unstubAllGlobals());

it("is Node's", async () => {
  const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
  expect(await sha256(bytes)).toBe(createHash('sha256').update(bytes).digest('hex'));
});

it('says what it needs where a page came over plain http', async () => {
  vi.stubGlobal('crypto', {});
  await expect(sha256(new Uint8Array(1))).rejects.toThrow('need a page that is served by https');
});
