/** What would make the page stand still is done here. */
import { agreementOf } from './agreement.js';
import { phantomOf } from './cases/phantom-of.js';

const tasks = { phantom: phantomOf, agreement: agreementOf };
export type Tasks = typeof tasks;

addEventListener('message', async ({ data }: MessageEvent<[keyof Tasks, ...unknown[]]>) => {
  const [task, ...input] = data;
  try {
    postMessage({ result: await (tasks[task] as (...given: unknown[]) => unknown)(...input) });
  } catch (error) {
    postMessage({ error: error instanceof Error ? error.message : String(error) });
  }
});
