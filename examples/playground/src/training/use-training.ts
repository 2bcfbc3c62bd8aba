import type { Case } from '@diff/datasets/phantom';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Prediction } from './training.js';
import type { News, Order } from './training-worker.js';

export interface TrainingState {
  losses: readonly number[];
  prediction: Prediction | undefined;
  isRunning: boolean;
}

const atStart: TrainingState = { losses: [], prediction: undefined, isRunning: false };

/** A training in a worker, which shows its case after every epoch; of another case it begins anew. */
export function useTraining(
  shown: Case | undefined,
  saved: (file: Uint8Array) => void,
  fail: (problem: string) => void,
) {
  const worker = useRef<Worker>(undefined);
  const [state, setState] = useState(atStart);
  // What was trained for another case shows nothing of this one.
  useEffect(() => {
    setState(atStart);
    return () => {
      worker.current?.terminate();
      worker.current = undefined;
    };
  }, [shown]);

  function order(what: Order) {
    if (!worker.current) {
      worker.current = new Worker(new URL('./training-worker.ts', import.meta.url), { type: 'module' });
      worker.current.onerror = ({ message }) => stopped(message);
    }
    worker.current.onmessage = ({ data }: MessageEvent<News>) => {
      if ('error' in data) stopped(data.error);
      else if ('file' in data) saved(data.file);
      else
        setState((before) => {
          if ('loss' in data) return { ...before, losses: [...before.losses, data.loss] };
          if ('prediction' in data) return { ...before, prediction: data.prediction };
          return { ...before, isRunning: false };
        });
    };
    worker.current.postMessage(what);
  }

  function stopped(reason: string) {
    // Whatever failed, the next start begins anew.
    worker.current?.terminate();
    worker.current = undefined;
    setState(atStart);
    fail(`The training stopped: ${reason}.`);
  }

  return {
    ...state,
    go() {
      if (!shown) return;
      setState((before) => ({ ...before, isRunning: true }));
      order({ task: 'go', shown });
    },
    stop: () => order({ task: 'stop' }),
    save: () => order({ task: 'save' }),
  };
}
