import { expect, it } from 'vitest';
import { diagnosisNetworks } from './diagnosis/index.js';
import { networkNamed } from './network-entry.js';
import { segmentationNetworks } from './segmentation/index.js';

it('networkNamed finds every entry of a list by its name', () => {
  for (const entry of diagnosisNetworks) expect(networkNamed(diagnosisNetworks, entry.name)).toBe(entry);
  for (const entry of segmentationNetworks)
    expect(networkNamed(segmentationNetworks, entry.name)).toBe(entry);
});

it('networkNamed refuses another name, and lists those that there are', () => {
  const named = (name: unknown) => () => networkNamed(segmentationNetworks, name as string);
  expect(named('JaccNet')).toThrow('networkNamed: name is "JaccNet", did you mean jaccNet?');
  const names = segmentationNetworks.map(({ name }) => name).join(', ');
  expect(named('something else')).toThrow(
    new RangeError(`networkNamed: name is "something else", expected one of ${names}`),
  );
  expect(named(3)).toThrow(new TypeError(`networkNamed: name is 3, expected one of ${names}`));
});
