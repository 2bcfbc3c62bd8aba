import { library } from '../../tsup.base.js';

const libraries = {
  index: 'src/index.ts',
  browser: 'src/browser/index.ts',
  phantom: 'src/phantom/index.ts',
  tfjs: 'src/tfjs/batches.ts',
};

export default library(
  { ...libraries, cli: 'src/cli/main.ts' },
  { dts: { entry: libraries }, external: [/^node:/], removeNodeProtocol: false },
);
