import type { Case } from '@diff/datasets/phantom';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Engine, toldOf } from './engine.js';
import type { Prediction } from './training.js';
import type { News, Order } from './training-worker.js';

export interface TrainingState {
  losses: readonly number[];
  prediction: Prediction | undefined;
  isRunning: boolean;
  /** What computes, in a sentence. */
  engine: string;
}

const atStart: TrainingState = { losses: [], prediction: undefined, isRunning: false, engine: '' };

/**
 * A training in a worker, which shows its case after every epoch; of another case or by another engine it begins anew, and by
 * WebAssembly where WebGPU fails.
 */
export function useTraining(
  shown: Case | undefined,
  engine: Engine,
  saved: (file: Uint8Array) => void,
  fail: (problem: string) => void,
) {
  const worker = useRef<Worker>(undefined);
  const isOnGpu = useRef(false);
  const [state, setState] = useState(atStart);
  // What was trained for another case shows nothing of this one.
  useEffect(() => {
    setState(atStart);
    return end;
  }, [shown, engine]);

  function order(what: Order) {
    if (!worker.current) {
      worker.current = new Worker(new URL('./training-worker.ts', import.meta.url), { type: 'module' });
      worker.current.onerror = ({ message }) => stopped(message);
    }
    worker.current.onmessage = ({ data }: MessageEvent<News>) => {
      if ('selection' in data) {
        isOnGpu.current = data.selection.name === 'webgpu';
        setState((before) => ({ ...before, engine: `${before.engine} ${toldOf(data.selection)}`.trim() }));
      } else if ('error' in data && isOnGpu.current) again(data.error);
      else if ('error' in data) stopped(data.error);
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

  function end() {
    worker.current?.terminate();
    worker.current = undefined;
    isOnGpu.current = false;
  }

  /** From the beginning, without WebGPU. */
  function again(reason: string) {
    end();
    setState({ ...atStart, isRunning: true, engine: `WebGPU failed: ${reason}.` });
    order({ task: 'go', shown: shown!, engine: 'wasm' });
  }

  function stopped(reason: string) {
    // Whatever failed, the next start begins anew.
    end();
    setState(atStart);
    fail(`The training stopped: ${reason}.`);
  }

  return {
    ...state,
    go() {
      if (!shown) return;
      setState((before) => ({ ...before, isRunning: true }));
      order({ task: 'go', shown, engine });
    },
    stop: () => order({ task: 'stop' }),
    save: () => order({ task: 'save' }),
  };
}
