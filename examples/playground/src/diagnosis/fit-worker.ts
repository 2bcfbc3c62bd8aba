/** Diagnosis-first fusion, off the page and with all of TensorFlow.js: it makes a step whenever it is asked for one. */
import { useBackend } from '@diff/backend';
import type { Case } from '@diff/datasets/phantom';
import '@diff/networks';
import { deserializeModel, type FrozenFunction, freeze } from '@diff/train';
import type { Settings } from '../settings.js';
import { type FitState, fitSteps } from './fit.js';

export type Request =
  | { run: number; task: 'start'; one: Case; diagnosis: 0 | 1; way: Settings['maps'] }
  | { run: number; task: 'step' };
export type Reply = { run: number } & ({ state: FitState } | { done: true } | { error: string });

async function load(): Promise<FrozenFunction> {
  await useBackend({ prefer: ['wasm', 'cpu'] });
  const response = await fetch(new URL('./judge.safetensors', import.meta.url));
  if (!response.ok) throw new Error(`the network's file: ${response.status}, expected it beside the page`);
  const { model } = await deserializeModel(new Uint8Array(await response.arrayBuffer()));
  return freeze(model);
}

let network: Promise<FrozenFunction> | undefined;
let steps: AsyncGenerator<FitState> | undefined;

addEventListener('message', async ({ data }: MessageEvent<Request>) => {
  const reply = (content: { state: FitState } | { done: true } | { error: string }) =>
    postMessage({ run: data.run, ...content } satisfies Reply);
  try {
    network ??= load();
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
