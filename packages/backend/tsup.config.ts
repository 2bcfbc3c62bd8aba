import { defineConfig } from 'tsup';
import { library } from '../../tsup.base.js';

export default defineConfig([
  library({ index: 'src/index.ts', 'wasm-training': 'src/wasm-training/index.ts' }),
  library(
    { 'diff-native': 'src/cli/diff-native.ts' },
    { format: ['esm'], platform: 'node', dts: false, clean: false, removeNodeProtocol: false },
  ),
]);
