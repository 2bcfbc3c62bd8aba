import { useBackend } from '@diff/backend';
import { beforeAll } from 'vitest';
import { networkSuite } from '../fixtures/network-suite.js';
import { segmentationNetworks } from './index.js';

beforeAll(() => useBackend({ prefer: 'wasm' }));

for (const entry of segmentationNetworks)
  networkSuite(entry, {
    inputChannels: ({ imageChannels }) => imageChannels,
    outputShape: (size, structures) => [...size, structures],
    oddSizes: false,
  });
