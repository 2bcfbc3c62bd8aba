import { copyFile } from 'node:fs/promises';
import { library } from '../../tsup.base.js';

const libraries = {
  index: 'src/index.ts',
  parallel: 'src/parallel/index.ts',
  'wasm-training': 'src/wasm/index.ts',
  joined: 'src/training/joined.ts',
};

export default library(
  { ...libraries, 'diff-native': 'src/cli/diff-native.ts' },
  {
    dts: { entry: libraries },
    external: [/^node:/],
    removeNodeProtocol: false,
    onSuccess: () => copyFile('src/parallel/parallel-worker.mjs', 'dist/parallel-worker.mjs'),
  },
);
