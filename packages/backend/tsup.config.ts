import { library } from '../../tsup.base.js';

export default library({ index: 'src/index.ts', 'wasm-training': 'src/wasm-training/index.ts' });
