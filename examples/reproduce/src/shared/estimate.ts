import { timeOfCase, UserError } from 'diff-pipeline';
import { duration } from 'diff-pipeline/cli';

/**
 * How long a case takes, compared with one that Baseline-Dia learns from; of `fuse`, a case and iteration. As the pipeline's
 * runs took them.
 */
export const cost = { judge: 1, fuse: 0.9, guided: 2, plain: 0.7 };

/** The same for a judge by name: DL-SSL looks ahead of every step, which passes forwards and back twice more. */
export const costOfJudge = (name: string) => cost.judge * (name.startsWith('dlSsl') ? 4 : 1);

export interface NetworkSize {
  size: number;
  depth: number;
  width: number;
}

/**
 * About how long some work takes, in words: a few steps of Baseline-Dia are timed on the engine that was started.
 *
 * @param passes Of cases through networks in training, as `cost` counts them.
 */
export async function estimate(
  passes: number,
  { size, depth, width }: NetworkSize,
  { engine, workers }: { engine: string; workers: number },
): Promise<string> {
  const network = `a ResNet${depth} of width ${width} at ${size} × ${size}`;
  let milliseconds: number;
  try {
    milliseconds = await timeOfCase({
      ...{ size, width, depth: depth as 18, structures: 1, batchSize: 16 },
    });
  } catch (error) {
    throw new UserError(`one step of ${network} cannot be done on ${engine}: ${(error as Error).message}`);
  }
  const shown = milliseconds < 10 ? milliseconds.toFixed(1) : milliseconds.toFixed(0);
  const side = workers === 1 ? 'one worker' : `${workers} workers`;
  return (
    `${network} learns from a case in ${shown} ms on ${engine}: about ${duration((passes * milliseconds) / 1000 / workers)} ` +
    `for ${side}`
  );
}
