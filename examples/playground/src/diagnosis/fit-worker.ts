/** Diagnosis-first fusion, off the page and with all of TensorFlow.js: it makes a step whenever it is asked for one. */
import { useBackend } from '@diff/backend';
import type { Case } from '@diff/datasets/phantom';
import { type FrozenFunction, freeze } from '@diff/train';
import type { Settings } from '../settings.js';
import { type FitState, fitSteps } from './fit.js';
import { loadJudge } from './load-judge.js';

export type Request =
  | { run: number; task: 'start'; one: Case; diagnosis: 0 | 1; way: Settings['maps'] }
  | { run: number; task: 'step' };
export type Reply = { run: number } & ({ state: FitState } | { done: true } | { error: string });

let network: Promise<FrozenFunction> | undefined;
let steps: AsyncGenerator<FitState> | undefined;

addEventListener('message', async ({ data }: MessageEvent<Request>) => {
  const reply = (content: { state: FitState } | { done: true } | { error: string }) =>
    postMessage({ run: data.run, ...content } satisfies Reply);
  try {
    network ??= useBackend({ prefer: ['wasm', 'cpu'] })
      .then(loadJudge)
      .then(freeze);
    const judge = await network;
    if (data.task === 'start') {
      await steps?.return(undefined);
      steps = fitSteps(data.one, data.diagnosis, data.way, judge);
    }
    const next = await steps!.next();
    reply(next.done ? { done: true } : { state: next.value });
  } catch (error) {
    reply({ error: error instanceof Error ? error.message : String(error) });
  }
});
