import { appendFile, readFile, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset, Problem } from '@diff/datasets';
import { writeAtomically } from '@diff/train/node';
import { csvOf, type Row, readCsv } from '../folder/csv.js';
import { sweepTemporary } from '../folder/sweep-temporary.js';
import { lockFolder } from '../jobs/lock-folder.js';
import { UserError } from '../user-error.js';

export interface CaseByCaseOptions {
  dataset: Dataset;
  /** The folder of results. */
  out: string;
  /** All that decides the results, as JSON. */
  settings: Readonly<Record<string, unknown>>;
  /** The table of results, a CSV file in `out`, and its columns; `case` is among them. */
  table: string;
  columns: readonly string[];
  /** The files, relative to `out`, that go with a row. */
  filesOf(row: Row): string[];
}

/** A folder of results that is filled case by case and never holds a result that is not whole. */
export interface CaseByCase {
  /** The cases that are still to do. */
  todo: Dataset;
  /** How many are done. */
  done: number;
  /** Adds what was made of a case: files by path, then its rows. Several may be on their way. */
  finish(files: Readonly<Record<string, Uint8Array>>, rows: readonly Row[]): Promise<void>;
  /** Notes what is wrong with a case, beside what the dataset notes itself. */
  note(problem: Problem): void;
  /** Puts the tables in order and lets the folder go. @returns every problem of the cases, as in `problems.csv`. */
  close(): Promise<Problem[]>;
}

const SETTINGS = 'settings.json';
/** What was wrong with the cases, in a folder of results. */
export const PROBLEMS = 'problems.csv';
const PROBLEM_COLUMNS = ['case', 'path', 'reason', 'outcome'];

/**
 * Opens a folder of results to go on with it. A case is done where the table has its rows and their files are there; what
 * was half done is done again. Files appear whole or not at all, and before the rows that name them.
 *
 * It is not built on `jobs/`: no case waits for another, and a case takes milliseconds, so the row that the user wanted anyway is its
 * marker. A marker and a checksum for each would cost two more files per case, and the user may open, sort or delete what
 * lies here. What the two share is the lock of the folder.
 *
 * @throws UserError where the folder holds results of other settings, or another process works in it.
 */
export async function caseByCase(options: CaseByCaseOptions): Promise<CaseByCase> {
  const lock = await lockFolder(options.out);
  try {
    const job = await openCaseByCase(options);
    const finish: CaseByCase['finish'] = async (files, rows) => {
      lock.lost.throwIfAborted();
      await job.finish(files, rows);
    };
    const close = () => job.close().finally(lock.release);
    return {
      ...job,
      get done() {
        return job.done;
      },
      finish,
      close,
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function openCaseByCase(options: CaseByCaseOptions): Promise<CaseByCase> {
  const { dataset, out, settings, table, columns, filesOf } = options;
  const order = new Map(dataset.entries.map(({ id }, i) => [id, i]));
  const put = (name: string, bytes: string | Uint8Array) =>
    writeAtomically(join(out, name), typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes, {
      flush: false,
    });
  await checkSettings(out, settings);
  await put(SETTINGS, `${JSON.stringify(settings, undefined, 2)}\n`);

  await sweepTemporary(out);
  const lacking = new Set<string>();
  const before = (await readCsv(join(out, table))).filter((row) => order.has(row.case!));
  for (const row of before) {
    const found = await Promise.all(filesOf(row).map((path) => isThere(join(out, path))));
    if (found.includes(false)) lacking.add(row.case!);
  }
  const kept = before.filter((row) => !lacking.has(row.case!));
  const done = new Set(kept.map((row) => row.case!));
  await put(table, csvOf(kept, columns));

  const known = new Map<string, Problem>();
  const told = (await readCsv(join(out, PROBLEMS))).map(problemOf);
  // The listing tells again what it told before; what decoding told of cases that are done would be lost.
  for (const problem of [...dataset.problems, ...told.filter(({ id }) => id !== undefined && done.has(id))])
    known.set(keyOf(problem), problem);
  if (known.size) await put(PROBLEMS, problemTable([...known.values()]));
  else await rm(join(out, PROBLEMS), { force: true });

  let last: Promise<void> = Promise.resolve();
  /** Lines are added one call after the other, and none after one that failed. */
  const add = (name: string, text: string) => {
    last = last.then(() => append(join(out, name), text));
    return last;
  };

  let seen = dataset.problems.length;
  const noted: Problem[] = [];
  async function tellProblems() {
    const all = dataset.problems;
    const fresh = [...all.slice(seen), ...noted.splice(0)].filter((problem) => !known.has(keyOf(problem)));
    seen = all.length;
    if (!fresh.length) return;
    const header = known.size === 0;
    for (const problem of fresh) known.set(keyOf(problem), problem);
    await add(PROBLEMS, problemTable(fresh, { header }));
  }

  const job: CaseByCase = {
    todo: dataset.filter(({ id }) => !done.has(id)),
    done: done.size,
    note: (problem) => void noted.push(problem),
    async finish(files, rows) {
      await Promise.all(Object.entries(files).map(([path, bytes]) => put(path, bytes)));
      await tellProblems();
      await add(table, csvOf(rows, columns, { header: false }));
      job.done++;
    },
    async close() {
      await tellProblems();
      // Rows of cases that took longer, or were done again, follow those of later ones.
      const rows = await readCsv(join(out, table));
      const place = (row: Row) => order.get(row.case as string)!;
      if (rows.some((row, i) => i > 0 && place(row) < place(rows[i - 1]!))) {
        rows.sort((a, b) => place(a) - place(b));
        await put(table, csvOf(rows, columns));
      }
      return [...known.values()];
    },
  };
  return job;
}

async function checkSettings(out: string, settings: CaseByCaseOptions['settings']): Promise<void> {
  const path = join(out, SETTINGS);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    if (error.code === 'ENOTDIR') throw new UserError(`${out} is a file, expected a folder or a new name`);
    throw error;
  });
  if (text === undefined) return;
  let before: Record<string, unknown>;
  try {
    before = JSON.parse(text);
  } catch {
    throw new UserError(`${path} is damaged: give another folder, or delete this one`);
  }
  const now = JSON.parse(JSON.stringify(settings)) as Record<string, unknown>;
  for (const key of new Set([...Object.keys(now), ...Object.keys(before)])) {
    const [old, wanted] = [before[key], now[key]].map((value) => JSON.stringify(value) ?? 'not given');
    if (old !== wanted)
      throw new UserError(
        `${out} holds results of other settings (${key} was ${old}, now ${wanted}): give another folder, or delete it`,
      );
  }
}

/** Whether a file is there; after a power cut it may be empty. */
const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    ({ size }) => size > 0,
    () => false,
  );

/** Adds lines to a file, all of them or none. */
async function append(path: string, text: string): Promise<void> {
  const length = await stat(path).then(
    ({ size }) => size,
    () => 0,
  );
  try {
    await appendFile(path, text);
  } catch (error) {
    await truncate(path, length).catch(() => {});
    throw error;
  }
}

/** Problems as a table. */
export const problemTable = (problems: readonly Problem[], { header = true } = {}) =>
  csvOf(problems.map(rowOf), PROBLEM_COLUMNS, { header });

const keyOf = ({ id, path, reason }: Problem) => JSON.stringify([id, path, reason]);
const rowOf = ({ id, path, reason, outcome }: Problem): Row => ({ case: id, path, reason, outcome });
const problemOf = ({ case: id, path, reason, outcome }: Record<string, string>): Problem => ({
  path: path!,
  reason: reason!,
  outcome: outcome as Problem['outcome'],
  ...(id && { id }),
});
