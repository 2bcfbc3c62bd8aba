import { join } from 'node:path';
import type { Problem } from '@diff/datasets';

const SHOWN = 10;

/** The first of some names, and how many more there are. */
export const someOf = (names: readonly string[]) =>
  names.slice(0, SHOWN).join(', ') + (names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '');

/** What helps, by the names that it has on the command line. */
const ON_THE_COMMAND_LINE: readonly (readonly [RegExp, string])[] = [
  [
    /the option grid: 'nearest' resamples it, 'index' takes/,
    '--resample nearest resamples it, --resample index takes',
  ],
  [/the option grid: 'nearest'/, '--resample nearest'],
  [/the option nan: 'outside'/, '--nan outside'],
  [/the options above and class say/, '--above and --class say'],
  [/the option (class|slice) (says|takes)/, '--$1 $2'],
  [/, or degrees that they are levels of grey/, ', or --soft that they are levels of grey'],
];

const inFlags = (reason: string) =>
  ON_THE_COMMAND_LINE.reduce((text, [words, flags]) => text.replace(words, flags), reason);

/** Lines that tell what was wrong, and where all of it is. */
export function problemLines(problems: readonly Problem[], out: string): string[] {
  if (!problems.length) return [];
  // What was lost before what is merely worth knowing.
  const lost = problems.filter(({ outcome }) => outcome === 'skipped');
  const lines = [...lost, ...problems.filter(({ outcome }) => outcome !== 'skipped')]
    .slice(0, SHOWN)
    .map(({ path, reason, outcome }) => `  ${outcome}: ${path}: ${inFlags(reason)}`);
  const count = `${problems.length} ${problems.length > 1 ? 'problems' : 'problem'}, in ${join(out, 'problems.csv')}:`;
  return [count, ...lines, ...(problems.length > SHOWN ? [`  and ${problems.length - SHOWN} more`] : [])];
}
