import { Command, InvalidArgumentError } from 'commander';
import { openAny } from '../loaders/open-any.js';
import { inspect } from './inspect.js';

const stop = new AbortController();
process.once('SIGINT', () => stop.abort(new Error('stopped')));

const whole = (least: number) => (text: string) => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new InvalidArgumentError(`expected a whole number from ${least} up`);
};

const program = new Command('diff-datasets').description('Medical images that several raters outlined.');

program
  .command('inspect')
  .argument('<root>', 'the folder of a data set')
  .description('recognise the layout, say what is there and what is wrong with it, and draw a contact sheet')
  .option('-o, --sheet <file>', 'where the contact sheet goes', 'contact-sheet.png')
  .option('-n, --cases <count>', 'how many cases it shows', whole(1), 24)
  .option('--seed <number>', 'which cases are drawn', whole(0), 0)
  .option('--quick', 'look at names and tables alone, decode only what is shown', false)
  .option('--json', 'print the description as JSON', false)
  .action(
    async (
      root: string,
      options: { sheet: string; cases: number; seed: number; quick: boolean; json: boolean },
    ) => {
      const show = process.stderr.isTTY
        ? (line: string) => process.stderr.write(`\r\x1b[K${line}`)
        : () => {};
      await inspect(await openAny(root), {
        ...options,
        signal: stop.signal,
        say: (line) => console.log(line),
        progress: show,
      });
    },
  );

program.parseAsync().catch((error: unknown) => {
  console.error(`diff-datasets: ${error instanceof Error ? error.message : error}`);
  process.exitCode = stop.signal.aborted ? 130 : 1;
});
