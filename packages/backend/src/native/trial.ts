import { host } from '../host/host.js';
import { Failed, run } from './run.js';

/** Multiplies two matrices on the engine in `folder`, in a process of its own, and says whether it used a GPU. */
export async function trial(folder: string, signal?: AbortSignal): Promise<boolean> {
  const script = `
    try {
      const [core, folder] = process.argv.slice(1);
      const tf = require(core);
      require(folder)(tf);
      tf.setBackend('tensorflow');
      const [product] = tf.matMul([[2, 3]], [[5], [7]]).dataSync();
      if (product !== 31) throw new Error('2 * 5 + 3 * 7 came out as ' + product);
      console.log(tf.backend().isUsingGpuDevice);
    } catch (error) {
      console.error(error.message.split('\\n')[0]);
      process.exit(1);
    }`;
  try {
    const core = host().require.resolve('@tensorflow/tfjs-core');
    const env = { TF_CPP_MIN_LOG_LEVEL: '2' };
    return (await run(process.execPath, ['-e', script, core, folder], { signal, env }))
      .trim()
      .endsWith('true');
  } catch (error) {
    if (error instanceof Failed) throw new Error(`the engine in ${folder} does not work: ${error.message}`);
    throw error;
  }
}
