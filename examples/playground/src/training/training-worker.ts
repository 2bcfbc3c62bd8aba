/** A training, off the page and with all of TensorFlow.js: it goes until it is told to stop, and goes on when it is told to. */
import { type BackendSelection, useBackend } from '@diff/backend';
import type { Case } from '@diff/datasets/phantom';
import { loadJudge } from '../diagnosis/load-judge.js';
import { type Engine, wanted } from './engine.js';
import { type Prediction, type Training, takeAndGiveTraining } from './training.js';

export type Order = { task: 'go'; shown: Case; engine: Engine } | { task: 'stop' } | { task: 'save' };
export type News =
  | { selection: BackendSelection }
  | { loss: number }
  | { prediction: Prediction }
  | { stopped: true }
  | { file: Uint8Array }
  | { error: string };

let training: Promise<Training> | undefined;
let stop = new AbortController();
let steps = 0;
const tell = (news: News) => postMessage(news);

async function begin(shown: Case, engine: Engine): Promise<Training> {
  tell({ selection: await useBackend(wanted(engine)) });
  return takeAndGiveTraining(await loadJudge(), shown);
}

addEventListener('message', async ({ data }: MessageEvent<Order>) => {
  try {
    if (data.task === 'stop') return stop.abort();
    if (data.task === 'save') return tell({ file: await (await training!).save() });
    stop = new AbortController();
    const { signal } = stop;
    const isNew = training === undefined;
    training ??= begin(data.shown, data.engine);
    const now = await training;
    if (isNew) tell({ prediction: await now.predict(0) });
    await now.go(
      signal,
      (loss) => {
        steps++;
        tell({ loss });
      },
      (prediction) => tell({ prediction }),
    );
    tell({ prediction: await now.predict(steps) });
    tell({ stopped: true });
  } catch (error) {
    tell({ error: error instanceof Error ? error.message : String(error) });
  }
});
