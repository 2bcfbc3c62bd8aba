import sharp from 'sharp';
import { expect, test } from 'vitest';
import { encodePng } from './png.js';

const size = { width: 5, height: 3 };

test('a PNG keeps every one of its steps, grey or in colour, in 8 bits and 16', async () => {
  for (const [bits, depth] of [
    [8, 'uchar'],
    [16, 'ushort'],
  ] as const) {
    const white = 2 ** bits - 1;
    for (const channels of [1, 3]) {
      const steps = Array.from({ length: 15 * channels }, (_, i) => Math.floor((i * white) / 44));
      const data = Float32Array.from(steps, (step) => step / white);
      const bytes = await encodePng({ ...size, channels, data }, { bits });
      expect(await sharp(bytes).metadata()).toMatchObject({ ...size, depth, channels });
      const image = channels === 1 ? sharp(bytes).toColourspace(bits === 8 ? 'b-w' : 'grey16') : sharp(bytes);
      const raw = await (bits === 16 && channels === 3 ? image.toColourspace('rgb16') : image)
        .raw({ depth })
        .toBuffer();
      const read = bits === 8 ? raw : new Uint16Array(raw.buffer, raw.byteOffset, raw.length / 2);
      expect(Array.from(read)).toEqual(steps);
    }
  }
});
