import type { Host } from '../host/host.js';
import { folderName } from './recipe.js';

/** `DIFF_CACHE`, or `diff` in the user's cache folder (XDG Base Directory Specification). */
export function cacheFolder({ process, require }: Host): string {
  const { join } = require('node:path') as typeof import('node:path');
  const { homedir } = require('node:os') as typeof import('node:os');
  const { DIFF_CACHE, XDG_CACHE_HOME } = process.env;
  return DIFF_CACHE || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'diff');
}

/** Where `diff-native install` puts what it has built; the folder appears only when it is complete. */
export function nativeFolder(host: Host, gpu: boolean): string {
  const { join } = host.require('node:path') as typeof import('node:path');
  return join(cacheFolder(host), 'native', folderName(gpu));
}
