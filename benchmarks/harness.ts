import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type EngineName, useBackend } from '@diff/backend';
import { Bench } from 'tinybench';

export interface Row {
  name: string;
  /** Median over the rounds, in milliseconds. */
  milliseconds: number;
  /** How many times as long as the first row takes. */
  ratio: number;
}

/** Where results go: printed as it runs, and written into `docs/results/benchmarks.md` with `--write`. */
export interface Report {
  heading(text: string): void;
  /** What the reader must know to judge the table below it. */
  note(text: string): void;
  /** Peers that are not on this machine, and why: what is measured without them is not written over what was with them. */
  absent(peers: readonly string[]): void;
  table(columns: string[], rows: (string | number)[][]): void;
}

export type Suite = (report: Report) => Promise<void>;

type Task = () => unknown | Promise<unknown>;

export const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;

/**
 * Times tasks side by side: every round runs each of them in turn, so that a machine whose speed drifts
 * slows all alike; a task's figure is the median over rounds of its median in a round.
 */
export async function compare(
  tasks: Record<string, Task>,
  { rounds = 5, time = 200, iterations = 3 } = {},
): Promise<Row[]> {
  const names = Object.keys(tasks);
  const samples = new Map<string, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      const bench = new Bench({
        time,
        iterations,
        warmup: round === 0,
        warmupTime: time,
        warmupIterations: 1,
        throws: true,
      });
      bench.add(name, async () => void (await tasks[name]!()));
      const [task] = await bench.run();
      const result = task!.result as { latency?: { p50: number } } | undefined;
      if (!result?.latency) throw new Error(`compare: ${name} gave no timing`);
      samples.get(name)!.push(result.latency.p50);
    }
  }
  const first = median(samples.get(names[0]!)!);
  return names.map((name) => {
    const milliseconds = median(samples.get(name)!);
    return { name, milliseconds, ratio: milliseconds / first };
  });
}

export function tabulate(report: Report, rows: Row[], label = 'task'): void {
  report.table(
    [label, 'ms', 'ratio'],
    rows.map(({ name, milliseconds, ratio }) => [name, significant(milliseconds), significant(ratio)]),
  );
}

/** Three significant digits, without an exponent. */
export function significant(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : Number(value.toPrecision(3)).toString();
}

const pythons = [process.env.DIFF_PYTHON, 'python3', '/usr/bin/python3'];

/** The first Python that imports all `modules`, or `undefined`: the suite then says which peer it skipped. */
export function pythonWith(...modules: string[]): string | undefined {
  return pythons.find((python) => {
    if (!python || (python.startsWith('/') && !existsSync(python))) return false;
    try {
      execFileSync(python, ['-c', `import ${modules.join(', ')}`], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
}

/** What there is here to compare: engines, a Python with PyTorch; and of the others, why they are not. */
export async function contestants(): Promise<{ engines: EngineName[]; python?: string; absent: string[] }> {
  const engines: EngineName[] = [];
  const absent: string[] = [];
  for (const name of ['wasm', 'node'] as const)
    await useBackend({ prefer: name }).then(
      () => engines.push(name),
      (error: Error) => absent.push(`${name}: ${error.message.split('\n')[0]}`),
    );
  const python = pythonWith('torch');
  if (!python) absent.push('PyTorch: no Python that imports torch');
  return { engines, python, absent };
}

/** Runs `benchmarks/peers/<script>` and returns the JSON that it prints last. */
export function runPeer<T>(python: string, script: string, ...args: (string | number)[]): T {
  const path = join(dirname(fileURLToPath(import.meta.url)), 'peers', script);
  const out = execFileSync(python, [path, ...args.map(String)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(out.trim().split('\n').at(-1)!) as T;
}
