/**
 * What only Node has. Its built-in modules are asked for at run time instead of imported, so that the package's
 * main entry loads in browsers and every bundler takes it.
 */
export interface Host {
  require: NodeJS.Require;
  process: NodeJS.Process;
}

/** The Node that runs this, or an error that says why its engines are out of reach. */
export function host(): Host {
  const { process } = globalThis as { process?: NodeJS.Process };
  if (!process?.versions?.node) throw new Error('it needs Node');
  if (!process.getBuiltinModule) throw new Error(`it needs Node 20.16 or later, this is ${process.version}`);
  const { createRequire } = process.getBuiltinModule('node:module');
  return { require: createRequire(import.meta.url), process };
}

export const inNode = (): boolean => !!(globalThis as { process?: NodeJS.Process }).process?.versions?.node;

/** Whether `require` finds `name`; one that is there but broken counts as found. */
export function found(require: NodeJS.Require, name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}
