import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { MarkdownEnv, MarkdownRenderer } from 'vitepress';
import { addressOf } from './addresses.js';

const root = resolve(import.meta.dirname, '../..');
/** Files of the repository that the site has as pages. */
const page = /^(?:(?:README|CONTRIBUTING)\.md|docs\/.+\.md|(?:packages|examples)\/[^/]+\/README\.md)$/;
const relativeLink = /^(?![#/]|[a-z]+:|$)/;

/** Links lead to the site where it has the page, and to the source where it has not. */
export function links(md: MarkdownRenderer, source: string): void {
  const home = new RegExp(`^${source}/(?:blob|tree)/main/`);
  md.core.ruler.push('links', ({ tokens, env }: { tokens: MarkdownToken[]; env: MarkdownEnv }) => {
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.type === 'link_open' ? (token.attrGet('href') ?? '') : '';
      if (home.test(href)) token.attrSet('href', leadTo(href.replace(home, '')));
      else if (relativeLink.test(href)) token.attrSet('href', leadTo(besides(env, href)));
    }
  });

  function leadTo(href: string): string {
    const [path = '', anchor] = decodeURI(href).split('#');
    const readme = join(path, 'README.md');
    const file = existsSync(join(root, readme)) ? readme : path.replace(/\/$/, '');
    const hash = anchor ? `#${anchor}` : '';
    return page.test(file)
      ? `/${addressOf(file).replace(/(^|\/)index\.md$/, '$1')}${hash}`
      : `${source}/blob/main/${path}${hash}`;
  }
}

type MarkdownToken = ReturnType<MarkdownRenderer['parse']>[number];

const besides = ({ realPath, path }: MarkdownEnv, href: string) =>
  relative(root, join(dirname(realPath ?? path), href));
