import { checkInteger, checkObject, checkOneOf, checkOptions } from '@diff/checks';
import { adam, type Example, train } from '@diff/train';
import { type Config, DEPTHS } from '../config/schema.js';
import { BASELINE, makeJudge } from '../steps/networks.js';

export interface CaseToTime extends Pick<Config['diagnosis'], 'width' | 'depth' | 'batchSize'> {
  /** Side of the images, which have three channels. */
  size: number;
  structures: number;
}

const names = ['size', 'structures', 'width', 'depth', 'batchSize'] as const;

/** Where steps are long, two are enough: seconds after which no other is begun. */
const ENOUGH = 10;

/**
 * Milliseconds that Baseline-Dia takes to learn from a case, on the engine that was started: the median of up to three
 * steps, after one to warm up.
 */
export async function timeOfCase(given: CaseToTime): Promise<number> {
  const who = 'timeOfCase';
  checkObject(who, 'options', given);
  checkOptions(who, given, names);
  for (const name of names) checkInteger(who, name, given[name], 1);
  const { size, structures, width, depth, batchSize } = given;
  checkOneOf(who, 'depth', depth, DEPTHS);
  const model = makeJudge(
    BASELINE,
    { width, depth },
    { height: size, width: size, channels: 3, structures },
    0,
  );
  const plane = new Float32Array(size * size);
  const image = { data: new Float32Array(3 * size * size), height: size, width: size, channels: 3 };
  const examples = Array.from(
    { length: batchSize },
    (_, i): Example => ({
      id: String(i),
      image,
      masks: Array.from({ length: structures }, () => plane),
      diagnosis: (i % 2) as 0 | 1,
    }),
  );
  const times: number[] = [];
  const enough = new AbortController();
  const started = performance.now();
  try {
    await train(model, examples, {
      epochs: 4,
      batchSize,
      optimizer: adam(),
      signal: enough.signal,
      onStep() {
        times.push(performance.now());
        if (times.length > 1 && performance.now() - started > 1000 * ENOUGH) enough.abort();
      },
    });
  } catch (error) {
    if (!enough.signal.aborted) throw error;
  } finally {
    model.dispose();
  }
  const steps = times.slice(1).map((time, i) => time - times[i]!);
  return steps.sort((a, b) => a - b)[steps.length >> 1]! / batchSize;
}
