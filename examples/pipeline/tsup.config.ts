import { library } from '../../tsup.base.js';

export default library(
  { cli: 'src/cli.ts', worker: 'src/run/worker.ts', 'reproduce-worker': 'src/reproduce/worker.ts' },
  { format: ['esm'], dts: false, platform: 'node' },
);
