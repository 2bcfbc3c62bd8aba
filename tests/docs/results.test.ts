import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { experiments } from '../../examples/reproduce/src/experiments.js';
import { replaceSection } from '../../tools/page-section.js';
import { root } from '../support/chromium.js';
import { pages, textOf } from '../support/pages.js';

/** The sections of a page that a command writes, by the mark at their end. */
const sectionsOf = (page: string) =>
  [...textOf(page).matchAll(/^<!-- \/([\w-]+) -->$/gm)].map(([, name]) => name!);

test('what commands print stands in docs/results alone', () => {
  const written = pages.filter((page) => sectionsOf(page).length);
  expect(written.filter((page) => !page.startsWith('docs/results/'))).toEqual([]);
});

test('a command can write each section again, and changes nothing else', () => {
  for (const page of pages)
    for (const name of sectionsOf(page)) {
      const [start, end] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`];
      const [before, , after] = textOf(page).split(new RegExp(`${start}([\\s\\S]*)${end}`));
      expect(replaceSection(textOf(page), name, 'new')).toBe(`${before}${start}new\n${end}${after}`);
    }
  expect(replaceSection('no section', 'figure4', 'new')).toBeUndefined();
});

test('the page of every experiment is there', () => {
  const paths = experiments.flatMap(({ result }) => result.split(', '));
  expect(paths.filter((path) => !path.startsWith('docs/results/') || !existsSync(join(root, path)))).toEqual(
    [],
  );
});
