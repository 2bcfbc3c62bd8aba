import { expect } from 'vitest';
import { type Block, blocks } from './pages.js';

const number = /-?\d+(?:\.\d+)?(?:e-?\d+)?/g;

/**
 * Compares what a program printed with what its page shows under it, in a block that follows `<!-- printed -->`: the same words, and numbers
 * within 1 %, which is more than engines differ by. After `<!-- printed once: why -->` stands what came of one run and is never the same.
 */
export function expectPrinted(program: Block, printed: string): void {
  const next = blocks[blocks.indexOf(program) + 1];
  const shown = next?.page === program.page && next.comment.startsWith('printed') ? next : undefined;
  expect(shown !== undefined, `what it prints is shown under it: ${printed}`).toBe(printed.trim() !== '');
  if (!shown || shown.comment.startsWith('printed once:')) return;
  const expected = shown.code.match(number) ?? [];
  let at = 0;
  const near = printed.replace(number, (value) => {
    const other = expected[at++] ?? '';
    return Math.abs(Number(value) - Number(other)) <= 0.01 * Math.abs(Number(other)) ? other : value;
  });
  expect(near.trimEnd()).toBe(shown.code.trimEnd());
}
