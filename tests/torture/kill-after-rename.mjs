// Loaded before a program: ends it without warning right after the n-th rename of one of its threads.
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

let left = Number(process.env.KILL_AFTER_RENAME);
const { rename } = promises;
promises.rename = async (...paths) => {
  await rename(...paths);
  if (--left <= 0) process.kill(process.pid, 'SIGKILL');
};
syncBuiltinESMExports();
