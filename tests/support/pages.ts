import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { anchorOf } from '../../tools/anchor.js';
import { root } from './chromium.js';

/** A fenced block of a page. */
export interface Block {
  page: string;
  /** Of its first line of code, from 1. */
  line: number;
  language: string;
  code: string;
  /** The comment `<!-- … -->` that stands right before it. */
  comment: string;
}

/** READMEs and guides, by their path from the root. */
export const pages: string[] = [
  'README.md',
  'CONTRIBUTING.md',
  ...['packages', 'examples'].flatMap((group) => list(group).map((name) => `${group}/${name}/README.md`)),
  ...list('docs', { recursive: true })
    .filter((name) => name.endsWith('.md') && !name.startsWith('api/'))
    .map((name) => `docs/${name}`),
].filter((page) => existsSync(join(root, page)));

function list(folder: string, options: { recursive?: boolean } = {}): string[] {
  return readdirSync(join(root, folder), { ...options, encoding: 'utf8' }).sort();
}

export const textOf = (page: string): string => readFileSync(join(root, page), 'utf8');

/** The page without fenced blocks, line by line as it was. */
export const proseOf = (page: string): string =>
  textOf(page).replace(/^ *```[\s\S]*?^ *```/gm, (block) => block.replace(/.*/g, ''));

export const blocks: Block[] = pages.flatMap((page) => {
  const text = textOf(page);
  const fences = text.matchAll(/(?:<!--\s*((?:(?!-->)[\s\S])*?)\s*-->\n+)?^```([a-z]*)\n([\s\S]*?)^```/gm);
  return [...fences].map(({ index, 0: whole, 1: comment = '', 2: language = '', 3: code = '' }) => {
    const start = index + whole.lastIndexOf(code, whole.length - 4);
    return { page, line: text.slice(0, start).split('\n').length, language, code, comment };
  });
});

/** The anchors that GitHub gives to a page's headings. */
export function anchorsOf(page: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of proseOf(page).matchAll(/^#+ +(.*)$/gm)) {
    const slug = anchorOf(heading);
    let name = slug;
    for (let n = 1; anchors.has(name); n++) name = `${slug}-${n}`;
    anchors.add(name);
  }
  return anchors;
}
