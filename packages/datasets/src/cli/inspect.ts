import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Dataset } from '../dataset/dataset.js';
import { encodePng } from '../formats/png.js';
import { contactSheet } from '../images/contact-sheet.js';

export interface InspectOptions {
  /** Where the contact sheet goes. */
  sheet: string;
  /** How many cases it shows, drawn by lot. */
  cases: number;
  seed: number;
  /** Looks at names and tables alone. */
  quick: boolean;
  json: boolean;
  signal: AbortSignal;
  say: (line: string) => void;
  progress: (line: string) => void;
}

/** Prints what a dataset holds and writes its contact sheet. */
export async function inspect(dataset: Dataset, options: InspectOptions): Promise<void> {
  const { signal, say, progress } = options;
  const description = await dataset.describe({
    signal,
    decode: !options.quick,
    onProgress: (done, total) => progress(`decoded ${done} of ${total}`),
  });
  progress('');
  if (options.json) say(JSON.stringify(description, undefined, 2));
  else for (const line of lines(description)) say(line);

  const shown = dataset.shuffle(options.seed).take(options.cases);
  const { image, colours } = await contactSheet(shown.cases({ signal }), { raters: dataset.raters });
  const beside = join(dirname(options.sheet), `.${randomUUID()}.tmp`);
  try {
    await writeFile(beside, await encodePng(image));
    await rename(beside, options.sheet);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  if (options.json) return;
  say('');
  say(`contact sheet: ${options.sheet} (${Math.min(options.cases, dataset.length)} cases)`);
  for (const [rater, colour] of Object.entries(colours)) say(`  ${colour}  ${rater}`);
}

const SHOWN = 20;

function lines(description: Awaited<ReturnType<Dataset['describe']>>): string[] {
  const { name, cases, decoded, patients, diagnoses, splits, raters, sizes, problems } = description;
  const list = (counts: Record<string, number>) =>
    Object.entries(counts)
      .sort((a, b) => b[1] - a[1])
      .slice(0, SHOWN)
      .map(([key, count]) => `${key} (${count})`)
      .join(', ') +
    (Object.keys(counts).length > SHOWN ? `, and ${Object.keys(counts).length - SHOWN} more` : '');
  const shown = problems
    .slice(0, SHOWN)
    .map(({ path, reason, outcome }) => `  ${outcome}: ${path}: ${reason}`);
  return [
    `layout:    ${name}`,
    `cases:     ${cases}${decoded === undefined ? '' : `, of which ${decoded} could be decoded`}`,
    `patients:  ${patients}`,
    `diagnosis: ${diagnoses[1]} ill, ${diagnoses[0]} healthy, ${diagnoses.unknown} unknown`,
    ...(Object.keys(splits).length ? [`splits:    ${list(splits)}`] : []),
    ...(sizes ? [`sizes:     ${list(sizes)}`] : []),
    ...Object.entries(raters).map(([structure, counts]) => `${structure}, by rater: ${list(counts)}`),
    `problems:  ${problems.length}`,
    ...shown,
    ...(problems.length > SHOWN ? [`  and ${problems.length - SHOWN} more (--json has them all)`] : []),
  ];
}
