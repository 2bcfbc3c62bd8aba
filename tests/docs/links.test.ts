import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../support/chromium.js';
import { anchorsOf, pages, proseOf } from '../support/pages.js';

const home = /^https:\/\/github\.com\/diff-ts\/diff\/(?:tree|blob)\/main\//;

/** Links into the repository, as a path from its root and an anchor. */
function linksOf(page: string): { target: string; path: string; anchor?: string }[] {
  return [...proseOf(page).matchAll(/\]\(<?([^)\s>]+)>?\)/g)].flatMap(([, target = '']) => {
    if (/^[a-z]+:/.test(target) && !home.test(target)) return [];
    const [name = '', anchor] = target.replace(home, '').split('#');
    const path = home.test(target) ? name : name ? join(dirname(page), name) : page;
    const readme = join(path, 'README.md');
    return [{ target, path: existsSync(join(root, readme)) ? readme : path, anchor }];
  });
}

test.each(pages)('links of %s lead to what is there', (page) => {
  const broken = linksOf(page).filter(
    ({ path, anchor }) =>
      !existsSync(join(root, path)) || (anchor && path.endsWith('.md') && !anchorsOf(path).has(anchor)),
  );
  expect(broken.map(({ target }) => target)).toEqual([]);
});

test('every guide can be reached from the README', () => {
  const reached = new Set(['README.md']);
  for (const page of reached)
    for (const { path } of linksOf(page)) if (pages.includes(path)) reached.add(path);
  expect(pages.filter((page) => page.startsWith('docs/') && !reached.has(page))).toEqual([]);
});
