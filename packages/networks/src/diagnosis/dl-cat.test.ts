import { useBackend } from '@diff/backend';
import { beforeAll, describe, expect, it } from 'vitest';
import { resnet } from '../backbones/resnet.js';
import { backbone, cup, disc, logits, rectangles, small } from '../fixtures/eyes.js';
import { dlCat } from './dl-cat.js';

beforeAll(() => useBackend({ prefer: 'wasm' }));

describe('dlCat', () => {
  it('is the ResNet of image and mask channels together', () => {
    const model = dlCat(small);
    const plain = resnet({ ...backbone, inputChannels: 3, classes: 1 });
    expect(logits(model, rectangles(disc, cup))).toEqual(logits(plain, rectangles(disc, cup)));
    for (const each of [model, plain]) each.dispose();
  });
});
