import { Command, InvalidArgumentError } from 'commander';
import { type OpenAnyOptions, openAny } from '../loaders/open-any.js';
import { inspect } from './inspect.js';

const stop = new AbortController();
process.once('SIGINT', () => stop.abort(new Error('stopped')));

const whole = (least: number) => (text: string) => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new InvalidArgumentError(`expected a whole number from ${least} up`);
};

const number = (text: string) => {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('expected a number');
};

const program = new Command('diff-datasets').description('Medical images that several raters outlined.');

program
  .command('inspect')
  .argument('<root>', 'the folder of a data set')
  .description('recognise the layout, say what is there and what is wrong with it, and draw a contact sheet')
  .option('-o, --sheet <file>', 'where the contact sheet goes', 'contact-sheet.png')
  .option('-n, --cases <count>', 'how many cases it shows', whole(1), 24)
  .option('--seed <number>', 'which cases are drawn', whole(0), 0)
  .option('--images <pattern>', "where images are, in a folder of your own: 'images/{id}.{png,jpg}'")
  .option(
    '--masks <pattern...>',
    "where masks are: 'masks/{structure}/{rater}/{id}.png', or one for each structure: 'disc=disc/{id}_{rater}.png'; files of annotation tools too: 'coco/{rater}.json'",
  )
  .option('--labels <file>', 'a CSV or XLSX table of diagnoses, within the folder')
  .option('--patients <column>', 'its column of patients (default: patient, where it has one)')
  .option('--yes <word...>', 'words in it that mean ill, beside 1')
  .option('--no <word...>', 'words in it that mean healthy, beside 0')
  .option('--above <level>', 'a pixel is inside where its level is above this', number)
  .option('--degrees', 'masks are degrees, not inside or outside')
  .option(
    '--class <label>',
    "of masks with several labels, the one that is inside: its number, or an outline's label by name",
    (text) => (/^\d+$/.test(text) ? Number(text) : text),
  )
  .option('--slice <number>', 'of volumes and files of several pages, which to take, from 0', whole(0))
  .option(
    '--grid <rule>',
    'what becomes of masks that lie elsewhere than their image: same, nearest or index',
  )
  .option('--quick', 'look at names and tables alone, decode only what is shown', false)
  .option('--json', 'print the description as JSON', false)
  .action(
    async (
      root: string,
      {
        sheet,
        cases,
        seed,
        quick,
        json,
        ...data
      }: OpenAnyOptions & { sheet: string; cases: number; seed: number; quick: boolean; json: boolean },
    ) => {
      const show = process.stderr.isTTY
        ? (line: string) => process.stderr.write(`\r\x1b[K${line}`)
        : () => {};
      await inspect(await openAny(root, data), {
        sheet,
        cases,
        seed,
        quick,
        json,
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
