import { Failed, run } from './run.js';

export interface Tool {
  name: string;
  /** What it prints of itself, or `undefined` where it is missing. */
  version?: string;
  remedy: string;
}

const tools: { name: string; command: string[]; remedy: string }[] = [
  {
    name: 'g++',
    command: [process.env.CXX || 'g++', '--version'],
    remedy: 'on Debian and Ubuntu: apt install g++; on Fedora: dnf install gcc-c++; or name another in CXX',
  },
  {
    name: 'python3',
    command: ['python3', '--version'],
    remedy:
      'on Debian and Ubuntu: apt install python3 python3-pip; on Fedora: dnf install python3 python3-pip',
  },
  {
    name: 'pip',
    command: ['python3', '-m', 'pip', '--version'],
    remedy: 'on Debian and Ubuntu: apt install python3-pip; elsewhere: python3 -m ensurepip --user',
  },
  { name: 'npm', command: ['npm', '--version'], remedy: 'it comes with Node: https://nodejs.org' },
  { name: 'tar', command: ['tar', '--version'], remedy: 'on Debian and Ubuntu: apt install tar' },
];

/** What `diff-native install` needs on the machine, and whether it is there. */
export function findTools(signal?: AbortSignal): Promise<Tool[]> {
  return Promise.all(
    tools.map(async ({ name, command: [program, ...args], remedy }) => {
      try {
        return { name, remedy, version: (await run(program!, args, { signal })).split('\n')[0]!.trim() };
      } catch (error) {
        if (error instanceof Failed) return { name, remedy };
        throw error;
      }
    }),
  );
}
