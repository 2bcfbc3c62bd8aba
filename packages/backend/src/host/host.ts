import { Absent } from './trouble.js';

/**
 * What only Node has. Its built-in modules are asked for at run time instead of imported, so that the package's
 * main entry loads in browsers and every bundler takes it.
 */
export interface Host {
  require: NodeJS.Require;
  process: NodeJS.Process;
}

const running = () => (globalThis as { process?: NodeJS.Process }).process;

export const inNode = (): boolean => !!running()?.versions?.node;

/** The Node that runs this, or an error that says why its engines are out of reach. */
export function host(): Host {
  const process = running();
  if (!process?.versions?.node) throw new Absent('it needs Node', 'in a browser, use webgpu or wasm');
  if (!process.getBuiltinModule)
    throw new Absent(`it needs Node 20.16 or later, this is ${process.version}`, 'https://nodejs.org');
  const { createRequire } = process.getBuiltinModule('node:module');
  return { require: createRequire(import.meta.url), process };
}

/** Where `require` finds `name`, or `undefined`. */
export function find(require: NodeJS.Require, name: string): string | undefined {
  try {
    return require.resolve(name);
  } catch {
    return undefined;
  }
}
