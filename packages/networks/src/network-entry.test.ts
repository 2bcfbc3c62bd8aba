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
  expect(() => networkNamed(diagnosisNetworks, 'dlCatt')).toThrow(
    'networkNamed: name is "dlCatt", expected one of "noMask", "dlCat", ',
  );
});
