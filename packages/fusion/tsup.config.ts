import { library } from '../../tsup.base.js';

const libraries = { index: 'src/index.ts', 'df-gt': 'src/df-gt/index.ts', 'df-gt-node': 'src/df-gt/node.ts' };

export default library(
  { ...libraries, 'diagnosis-first-worker': 'src/df-gt/diagnosis-first-worker.ts' },
  { dts: { entry: libraries }, external: [/^node:/], removeNodeProtocol: false, shims: true },
);
