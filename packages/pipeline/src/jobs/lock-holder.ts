import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Who works in a folder. */
export interface Holder {
  token: string;
  pid: number;
  host: string;
  /** Of the machine's start and its processes: equal where a process id means the same. */
  machine: string;
  /** When the process began, which tells it from a later one of the same id; empty where that is not known. */
  born: string;
  /** ISO 8601. */
  since: string;
}

export const thisProcess = (): Holder => ({
  token: randomUUID(),
  pid: process.pid,
  host: hostname(),
  machine: machine(),
  born: bornOf(process.pid),
  since: new Date().toISOString(),
});

/** What a lock says of its holder; undefined while it is only half written. */
export function parseHolder(text: string): Holder | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether the process that holds a lock of this machine still runs. */
export function isAlive({ pid, born }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return bornOf(pid) === born;
}

export function machine(): string {
  const boot = orEmpty(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  return [hostname(), boot, orEmpty(() => readlinkSync('/proc/self/ns/pid'))].join(' ');
}

/** Clock ticks from the machine's start to the process's, on Linux. */
const bornOf = (pid: number) =>
  orEmpty(() => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[19]!);

function orEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
