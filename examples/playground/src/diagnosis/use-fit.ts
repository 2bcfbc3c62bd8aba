import type { Case } from '@diff/datasets/phantom';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Settings } from '../settings.js';
import type { FitState } from './fit.js';
import type { Reply, Request } from './fit-worker.js';

export interface Fit {
  /** The states of the run so far; none before it was started. */
  states: readonly FitState[];
  isRunning: boolean;
  isDone: boolean;
  /** Starts, goes on, or starts again. */
  go(): void;
  stop(): void;
}

/** What is fitted: of anything else what came of it is of no use. */
interface Task {
  one: Case;
  diagnosis: 0 | 1;
  way: Settings['maps'];
}

interface Run {
  id: number;
  task: Task | undefined;
  states: readonly FitState[];
  isDone: boolean;
}

/** A fusion of one case that runs in a worker, until it is stopped. */
export function useFit(
  one: Case | undefined,
  diagnosis: 0 | 1,
  way: Settings['maps'],
  fail: (problem: string) => void,
): Fit {
  const worker = useRef<Worker>(undefined);
  const running = useRef(false);
  const [isRunning, setRunning] = useState(false);
  const [run, setRun] = useState<Run>({ id: 0, task: undefined, states: [], isDone: false });
  const current = useRef(run);
  current.current = run;
  const { task } = run;
  const isSame = task?.one === one && task?.diagnosis === diagnosis && task?.way === way;

  const set = useCallback((isOn: boolean) => {
    running.current = isOn;
    setRunning(isOn);
  }, []);
  useEffect(() => set(false), [one, diagnosis, way, set]);
  useEffect(() => () => worker.current?.terminate(), []);

  function onReply({ data }: MessageEvent<Reply>) {
    if (data.run !== current.current.id) return;
    if ('error' in data) {
      set(false);
      fail(`The fusion stopped: ${data.error}.`);
    } else if ('done' in data) {
      set(false);
      setRun((before) => ({ ...before, isDone: true }));
    } else {
      setRun((before) => ({ ...before, states: [...before.states, data.state] }));
      if (running.current) ask({ run: data.run, task: 'step' });
    }
  }

  function ask(request: Request) {
    if (!worker.current) {
      worker.current = new Worker(new URL('./fit-worker.ts', import.meta.url), { type: 'module' });
      worker.current.onerror = ({ message }) => fail(`The fusion stopped: ${message}.`);
    }
    worker.current.onmessage = onReply;
    worker.current.postMessage(request);
  }

  return {
    states: isSame ? run.states : [],
    isRunning: isRunning && isSame,
    isDone: isSame && run.isDone,
    go() {
      if (!one) return;
      set(true);
      if (isSame && !run.isDone) return ask({ run: run.id, task: 'step' });
      const id = run.id + 1;
      current.current = { id, task: { one, diagnosis, way }, states: [], isDone: false };
      setRun(current.current);
      ask({ run: id, task: 'start', one, diagnosis, way });
    },
    stop: () => set(false),
  };
}
