import { expect, test } from 'vitest';
import { defaults, hashOf, type Settings, settingsOf } from './settings.js';

const other: Settings = {
  page: 'diagnosis',
  kind: 'skin',
  seed: 7,
  index: 12,
  size: 64,
  structure: 'lesion & more',
  threshold: 0.35,
  judge: 'disputed',
  view: 'image',
  without: ['R2', 'R4'],
  maps: 'pixels',
  told: 'opposite',
  engine: 'webgpu',
};

test('an address gives the settings again that it was made of', () => {
  expect(settingsOf(hashOf(other))).toEqual({ settings: other, problems: [] });
  expect(hashOf(defaults)).toBe('');
  expect(settingsOf('')).toEqual({ settings: defaults, problems: [] });
});

test('of own files nothing is told but how they are fused', () => {
  expect(settingsOf(hashOf(other, true)).settings).toEqual({
    ...defaults,
    page: 'diagnosis',
    maps: 'pixels',
    told: 'opposite',
    engine: 'webgpu',
    threshold: 0.35,
    judge: 'disputed',
    view: 'image',
  });
});

test('what means nothing is named, and the default taken', () => {
  const { settings, problems } = settingsOf('#size=100000&threshold=2&seed=-1&kind=heart&color=red&index=3');
  expect(settings).toEqual({ ...defaults, index: 3 });
  expect(problems).toEqual([
    'The address says size=100000, expected one of 64, 128, 256, 512.',
    'The address says threshold=2, expected a number between 0 and 1.',
    'The address says seed=-1, expected an integer from 0 to 999999.',
    'The address says kind=heart, expected one of fundus, thyroid, skin, lung.',
    expect.stringContaining('The address says color, expected page, kind, seed, index,'),
  ]);
});
