// Loaded before a program: ends it without warning right after the n-th rename of one of its threads, or before or after it creates a
// marker.
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

const { KILL_AFTER_RENAME, KILL_AT_MARKER } = process.env;
const end = () => process.kill(process.pid, 'SIGKILL');
let left = Number(KILL_AFTER_RENAME);
const { link, rename } = promises;
promises.rename = async (...paths) => {
  await rename(...paths);
  if (--left <= 0) end();
};
promises.link = async (...paths) => {
  if (KILL_AT_MARKER === 'before') end();
  await link(...paths);
  if (KILL_AT_MARKER === 'after') end();
};
syncBuiltinESMExports();
