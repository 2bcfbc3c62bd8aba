import { seal, type Weights } from '@diff/train';
import { expect, it } from 'vitest';
import { readGallery } from './gallery.js';

it.each(['constructor', 'toString', '__proto__', 'a/b'])(
  'takes "%s" for the name that it is',
  async (name) => {
    const plane = (value: number): Weights => ({ shape: [1, 1], data: Float32Array.of(value) });
    // A structure's name has no slash in a gallery; a rater's may.
    const structure = name.replace('/', '');
    const tensors = new Map([
      ['0/image', plane(0.5)],
      [`0/rater/${structure}/${name}`, plane(1)],
      [`0/label/${structure}/MV`, plane(0.25)],
      [`0/prediction/${structure}/${name}`, plane(0.75)],
      [`0/expertness/${name}`, plane(0.125)],
    ]);
    const cases = [{ id: name, diagnosis: 1, height: 1, width: 1, channels: 1 }];
    const bytes = await seal({ tensors, metadata: { cases: JSON.stringify(cases) } });
    const [picture] = await readGallery(bytes, 'gallery');
    expect(Object.keys(picture!.raters)).toEqual([structure]);
    expect(picture!.raters[structure]![name]![0]).toBe(1);
    expect(picture!.masks[structure]!.MV![0]).toBe(0.25);
    expect(picture!.masks[structure]![name]![0]).toBe(0.75);
    expect(picture!.expertness[name]![0]).toBe(0.125);
    expect(Object.keys(picture!.attention)).toEqual([]);
  },
);

it('names a file that is damaged', async () => {
  const bytes = await seal({ tensors: new Map(), metadata: { cases: '[]' } });
  bytes[bytes.length - 3]! ^= 1;
  await expect(readGallery(bytes, 'gallery')).rejects.toThrow(/^gallery is (damaged|not a whole)/);
});
