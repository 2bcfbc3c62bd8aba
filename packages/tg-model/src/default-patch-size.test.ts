import { describe, expect, it } from 'vitest';
import { defaultPatchSize } from './default-patch-size.js';

describe('defaultPatchSize', () => {
  it.each([
    ['ResNet50 B1', [64, 64], 256, 2],
    ['ResNet50 B2', [32, 32], 512, 1],
    ['ResNet50 B3', [16, 16], 1024, 1],
    ['ResNet50 B4', [8, 8], 2048, 1],
    ['ResNet34 B1', [64, 64], 64, 4],
    ['ResNet34 B2', [32, 32], 128, 2],
    ['a small network', [16, 16], 16, 2],
  ] as const)('keeps P²·C at 1024 or less and 64 tokens or more: %s', (_, size, channels, expected) => {
    expect(defaultPatchSize(size, channels)).toBe(expected);
  });
});
