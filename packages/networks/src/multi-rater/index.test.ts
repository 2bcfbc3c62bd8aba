import { useBackend } from '@diff/backend';
import { beforeAll } from 'vitest';
import { multiRaterSuite } from '../fixtures/multi-rater-suite.js';
import { multiRaterNetworks } from './index.js';

beforeAll(() => useBackend({ prefer: 'wasm' }));

for (const entry of multiRaterNetworks) multiRaterSuite(entry);
