import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { statusLine } from './status-line.js';

const shown = (line: string) => {
  let text = '';
  statusLine({ stream: { isTTY: true, columns: 10, write: (more) => (text += more) } }).show(() => line);
  return text;
};

it('cuts a line to the width of the terminal, in which colours have no part', () => {
  const green = '\u001B[32m123456789\u001B[39m';
  expect(shown(green)).toContain(green);
  expect(stripVTControlCharacters(shown(`${green}0`)).trim()).toBe('123456789');
});
