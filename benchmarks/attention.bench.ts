import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type EngineName, useBackend } from '@diff/backend';
import { median, pythonWith, runPeer, type Suite, significant } from './harness.js';

const depth = 64;
const rounds = 3;
const sizes = [1024, 4096, 16384];
/** 16,384² affinities are 1 GiB, and the plain form holds several times so many: more than wasm can address. */
const plainUpTo = 4096;

interface Step {
  milliseconds: number;
  peak: number;
  heap?: number;
}

const script = fileURLToPath(new URL('./attention-step.ts', import.meta.url));

function step(engine: EngineName, n: number, block: string): Step {
  const args = [...process.execArgv, script, engine, n, depth, block, n > plainUpTo ? 1 : 4].map(String);
  const out = execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return JSON.parse(out.trim().split('\n').at(-1)!) as Step;
}

/** Attention in blocks beside the plain form: time and memory of a forward and backward pass. */
const suite: Suite = async (report) => {
  const engines: EngineName[] = ['wasm'];
  const absent: string[] = [];
  await useBackend({ prefer: 'node' }).then(
    () => engines.push('node'),
    (error: Error) => absent.push(`tfjs-node: ${error.message.split('\n')[0]}`),
  );
  const python = pythonWith('torch');
  if (!python) absent.push('PyTorch: no Python that imports torch');

  report.heading(`Attention, forward and backward, one head of depth ${depth}`);
  report.note(
    'Every figure comes from processes of their own. The peak is of the whole process, engine and Node included ' +
      '(an idle one has about 150 MiB). "Blocks" is `blockSize: \'auto\'`, which below 2,048 tokens is the plain form; here ' +
      'it is forced to 256 queries at 1,024 tokens. PyTorch runs on one thread, as wasm does; tfjs-node on all.',
  );
  report.absent(absent);
  const rows: (string | number)[][] = [];
  for (const n of sizes) {
    const runs = new Map<string, Step[]>();
    const note = (name: string, result: Step) => runs.set(name, [...(runs.get(name) ?? []), result]);
    const forms = ['plain', n < 2048 ? '256' : 'auto'].filter((form) => form !== 'plain' || n <= plainUpTo);
    for (let round = 0; round < (n > plainUpTo ? 1 : rounds); round++) {
      for (const engine of engines)
        for (const form of forms)
          note(`${engine}, ${form === 'plain' ? 'plain' : 'blocks'}`, step(engine, n, form));
      if (python) {
        const { plain, fused } = runPeer<{ plain: number; fused: number }>(
          python,
          'attention.py',
          n,
          depth,
          1,
        );
        note('PyTorch, plain', { milliseconds: plain, peak: Number.NaN });
        note('PyTorch, fused', { milliseconds: fused, peak: Number.NaN });
      }
    }
    const blocks = median(runs.get('wasm, blocks')!.map(({ milliseconds }) => milliseconds));
    for (const [name, results] of runs) {
      const milliseconds = median(results.map((result) => result.milliseconds));
      const peak = Math.max(...results.map((result) => result.peak));
      const heap = results[0]!.heap;
      rows.push([
        n.toLocaleString('en'),
        name,
        significant(milliseconds),
        significant(milliseconds / blocks),
        Number.isNaN(peak) ? '–' : peak.toFixed(0),
        heap === undefined ? '–' : heap.toFixed(0),
      ]);
    }
  }
  report.table(['tokens', 'form', 'ms', 'times wasm blocks’', 'peak, MiB', 'wasm heap, MiB'], rows);
};

export default suite;
