import { Session } from 'node:inspector/promises';

/** What of our own code ran: V8 counts how often each block of it was entered. */
export interface Coverage {
  /** The blocks that were entered since it was last asked, each with how often, roughly: 1, 2, 3, 4–7, 8–15, … */
  taken(): Promise<string[]>;
  stop(): Promise<void>;
}

/** Counts blocks of the modules whose URL matches. */
export async function startCoverage(modules: RegExp): Promise<Coverage> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  return {
    async taken() {
      const { result } = await session.post('Profiler.takePreciseCoverage');
      return result
        .filter(({ url }) => modules.test(url))
        .flatMap(({ scriptId, functions }) =>
          functions.flatMap(({ ranges }) =>
            ranges.flatMap(({ startOffset, endOffset, count }) =>
              count ? [`${scriptId}:${startOffset}-${endOffset}:${bucket(count)}`] : [],
            ),
          ),
        );
    },
    async stop() {
      await session.post('Profiler.stopPreciseCoverage');
      session.disconnect();
    },
  };
}

const bucket = (count: number) => (count < 4 ? count : Math.floor(Math.log2(count)) + 2);
