import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSafetensors, type Weights, writeSafetensors } from './safetensors.js';
import { seal, unseal } from './sealed.js';

/** A file laid out by hand, straight from the format's description. */
function file(header: object, data: number[]): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header));
  return Uint8Array.from([json.length & 255, json.length >> 8, 0, 0, 0, 0, 0, 0, ...json, ...data]);
}
const one = (dtype: string, shape: number[], bytes: number[]) =>
  readSafetensors(file({ x: { dtype, shape, data_offsets: [0, bytes.length] } }, bytes)).tensors.get('x')!;

const tensors = fc
  .dictionary(
    fc.string({ minLength: 1 }).filter((name) => name !== '__metadata__'),
    fc.array(fc.nat(4), { maxLength: 3 }),
  )
  .chain((shapes) => {
    const entries = Object.entries(shapes).map(([name, shape]) => {
      const length = shape.reduce((product, side) => product * side, 1);
      return fc
        .float32Array({ minLength: length, maxLength: length })
        .map((data) => [name, { shape, data }] as [string, Weights]);
    });
    return fc.tuple(...entries).map((list) => new Map(list));
  });

describe('readSafetensors', () => {
  it('reads back whatever was written', () => {
    fc.assert(
      fc.property(tensors, fc.dictionary(fc.string(), fc.string()), (content, metadata) => {
        const back = readSafetensors(writeSafetensors({ tensors: content, metadata }));
        expect([...back.tensors]).toEqual([...content]);
        expect(back.metadata).toEqual({ ...metadata });
      }),
    );
  });

  it('keeps tensors whose names every object has', () => {
    const names = ['__proto__', 'constructor', 'toString'];
    const content = new Map(names.map((name, i) => [name, { shape: [1], data: Float32Array.of(i) }]));
    expect(readSafetensors(writeSafetensors({ tensors: content, metadata: {} })).tensors).toEqual(content);
    expect(() => one('toString', [1], [0])).toThrow('"x" is of type toString');
  });

  it('reads every type of number', () => {
    expect([...one('F16', [5], [0, 0x3c, 0, 0xc0, 1, 0, 0, 0x7c, 0xff, 0x7b]).data]).toEqual([
      1,
      -2,
      2 ** -24,
      Infinity,
      65504,
    ]);
    expect([...one('BF16', [2], [0x80, 0x3f, 0x40, 0xc0]).data]).toEqual([1, -3]);
    expect([...one('F64', [1], [0, 0, 0, 0, 0, 0, 0xf8, 0x3f]).data]).toEqual([1.5]);
    expect([...one('I64', [1], [254, 255, 255, 255, 255, 255, 255, 255]).data]).toEqual([-2]);
    expect([...one('U8', [1, 2], [7, 200]).data]).toEqual([7, 200]);
    expect(one('F32', [], [0, 0, 128, 63])).toEqual({ shape: [], data: new Float32Array([1]) });
  });

  it('refuses a file that is cut anywhere, or lies', () => {
    const whole = writeSafetensors({
      tensors: new Map([['x', { shape: [3], data: new Float32Array(3) }]]),
      metadata: {},
    });
    for (let length = 0; length < whole.length; length++)
      expect(() => readSafetensors(whole.subarray(0, length), 'w.safetensors')).toThrow(
        'w.safetensors is not a whole',
      );
    expect(() => one('F32', [2], [0, 0, 0, 0])).toThrow('of shape [2] has 4 bytes');
    expect(() => one('Q4', [1], [0])).toThrow('of type Q4');
  });
});

describe('seal', () => {
  const content = {
    tensors: new Map([['w', { shape: [4], data: new Float32Array([1, 2, 3, 4]) }]]),
    metadata: { sha256: 'forged', note: '"sha256":"' },
  };

  it('is undone by unseal, and stays readable as plain safetensors', async () => {
    const bytes = await seal({ ...content, metadata: { note: '"sha256":"' } });
    expect(await unseal(bytes, 'f')).toEqual({ ...content, metadata: { note: '"sha256":"' } });
    expect(readSafetensors(bytes).tensors).toEqual(content.tensors);
  });

  it('shows any single byte that was changed', async () => {
    const bytes = await seal({ ...content, metadata: { note: 'n' } });
    for (let i = 0; i < bytes.length; i++) {
      const changed = bytes.slice();
      changed[i]! ^= 4;
      await expect(unseal(changed, 'run/f'), `byte ${i}`).rejects.toThrow('run/f');
    }
  });
});
