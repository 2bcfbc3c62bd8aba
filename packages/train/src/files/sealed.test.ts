import { describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from './safetensors.js';
import { seal, sealJson, unseal, unsealJson } from './sealed.js';

const content = () => ({
  tensors: new Map([['w', { shape: [3], data: Float32Array.of(1, -2, 0.5) }]]),
  metadata: { note: '"sha256":"' },
});
const value = { name: 'ä"sha256":"', list: [1, null], sub: { sha256: 'own' } };

describe.each([
  { kind: 'seal', make: () => seal(content()), read: unseal, whole: content() as unknown },
  { kind: 'sealJson', make: () => sealJson(value), read: unsealJson, whole: value as unknown },
])('$kind', ({ make, read, whole }) => {
  it('is read as it was written', async () => {
    expect(await read(await make(), 'f')).toEqual(whole);
  });

  it('tells every changed byte and every cut', async () => {
    const bytes = await make();
    for (let at = 0; at < bytes.length; at++) {
      const changed = bytes.slice();
      changed[at]! ^= 1 << (at % 8);
      await expect(read(changed, 'f'), `byte ${at}`).rejects.toThrow(
        /^f (is damaged|is not a whole|has no checksum)/,
      );
      await expect(read(bytes.subarray(0, at), 'f'), `cut at ${at}`).rejects.toThrow(/^f (is|has)/);
    }
  });
});

it('is a safetensors file or JSON to every other reader', async () => {
  expect(readSafetensors(await seal(content())).tensors).toEqual(content().tensors);
  expect(JSON.parse(new TextDecoder().decode(await sealJson(value)))).toMatchObject(value);
});

it('without a checksum is refused by name', async () => {
  await expect(unseal(writeSafetensors(content()), 'f')).rejects.toThrow(
    'f has no checksum: it was written by an older',
  );
  await expect(unsealJson(new TextEncoder().encode('{"a":1}'), 'f')).rejects.toThrow('f has no checksum');
});
