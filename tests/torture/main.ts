// npm run torture -- --minutes 60: prints a table of what was tried, survived and failed.
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { added, page, readPage, tallyOf } from './page.js';
import { partNames, table, torture } from './torture.js';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    starts: { type: 'string', default: '20' },
    only: { type: 'string', multiple: true },
    write: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  },
});
if (values.help) {
  console.log(
    `Usage: npm run torture -- [options]

  --minutes <n>   how long it may take (default: 10)
  --seed <n>      of what is damaged and when is killed (default: 1)
  --starts <n>    runs started at once in one folder (default: 20)
  --write         adds what came out to docs/results/torture.md
  --only <part>   this part alone, may be repeated: ${partNames.join(', ')}`,
  );
  process.exit(0);
}
const wrong = values.only?.find((name) => !partNames.includes(name));
if (wrong) throw new RangeError(`torture: --only is ${wrong}, expected one of ${partNames.join(', ')}`);
const [minutes, seed, starts] = [values.minutes, values.seed, values.starts].map(Number) as [
  number,
  number,
  number,
];
const rows = await torture({
  ...{ minutes, seed, starts, only: values.only },
  onRow: ({ part, kind, tried, failures }) =>
    console.error(`${part}: ${kind}: ${tried}, ${failures.length} failed`),
});
console.log(table(rows));
if (values.write) {
  const path = fileURLToPath(new URL('../../docs/results/torture.md', import.meta.url));
  const which = values.only ? `, ${values.only.join(' and ')} alone` : '';
  const cores = availableParallelism();
  const sitting = `${new Date().toISOString().slice(0, 10)}: ${minutes} minutes, seed ${seed}, ${cores} cores${which}`;
  writeFileSync(path, page(added(readPage(path), tallyOf(sitting, rows))));
}
for (const { part, kind, failures } of rows)
  for (const failure of failures.slice(0, 3)) console.log(`\n${part}: ${kind}\n${failure.slice(0, 2000)}`);
process.exitCode = rows.some(({ failures }) => failures.length) ? 1 : 0;
