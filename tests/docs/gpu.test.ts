import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tensorflow, wheels } from '../../packages/backend/src/native/recipe.js';
import { root } from '../support/chromium.js';
import { textOf } from '../support/pages.js';

const page = textOf('docs/gpu.md');
const src = join(root, 'packages/backend/src');
const source = (readdirSync(src, { recursive: true }) as string[])
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
  .map((path) => readFileSync(join(src, path), 'utf8'))
  .join('\n')
  // Texts that are joined from pieces, and what stands in their place in a message.
  .replace(/\$\{[^}]*\}/g, '…');

test('the page on GPUs tells of the TensorFlow that is built, and how much is fetched', () => {
  expect(page).toContain(`(${tensorflow})`);
  expect(page).toContain(`about ${wheels.gpu.megabytes} MB to fetch`);
});

const table = page.slice(page.indexOf('| it says | remedy |')).split('\n\n')[0]!;
const messages = [...table.matchAll(/^\| (.*?) \|/gm)]
  .slice(2)
  .flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, message = '']) => message));

test.each(messages)('doctor can say: %s', (message) => {
  const parts = message
    .replace('@tensorflow/tfjs-node-gpu', '…')
    .replace(/\(SIG\w+\)/, '(…)')
    .split('…')
    // The words of tfjs-node itself.
    .filter((part) => !part.includes('can not be found'))
    .map((part) => part.trim())
    .filter(Boolean);
  expect(parts).not.toEqual([]);
  for (const part of parts) expect(source).toContain(part);
});
