import { expect, it } from 'vitest';
import { run } from '../fixtures/command-line.js';
import { workerCommand } from './worker.js';

it.each([
  [['--queue', 'http://host'], 'the queue is http://host, expected redis://host:6379, or rediss:// with TLS'],
  [['--queue', 'redis://:geheim@'], 'the queue is redis://, expected redis://host:6379'],
  [['--queue', 'redis://x', '--engine', 'abacus'], '--engine is abacus, expected one of node-gpu, node,'],
  [
    ['--queue', 'redis://me:geheim@127.0.0.1:1', '--engine', 'cpu', '--once'],
    'there is no Redis to use at redis://127.0.0.1:1: ECONNREFUSED',
  ],
])('says in a sentence what is wrong with %j', async (args, says) => {
  const { code, stderr } = await run(workerCommand, args);
  expect(code).toBe(2);
  expect(stderr).toContain(says);
  expect(stderr).not.toContain('geheim');
});
