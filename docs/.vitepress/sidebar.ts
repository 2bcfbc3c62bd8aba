import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { DefaultTheme } from 'vitepress';
import { addressOf } from './addresses.js';

const root = resolve(import.meta.dirname, '../..');
const start = ['getting-started', 'fusing-your-own-masks', 'training-on-your-own-data', 'extending'];
/** Vite builds it beside the pages; the theme does not know it. */
export const playground = { text: 'Playground', link: '/playground/', target: '_self' };

/** Every page under its own title, in groups. */
export function sidebar(): DefaultTheme.SidebarItem[] {
  const starting = start.map((name) => `docs/${name}.md`);
  const guides = pagesIn('docs').filter((path) => !starting.includes(path));
  const examples = foldersIn('examples').filter((folder) => folder !== 'examples/playground');
  const published = foldersIn('packages').filter((folder) => !manifestOf(folder).private);
  return [
    { text: 'Start', items: [...starting.map(itemOf), playground, ...examples.map(readme).map(itemOf)] },
    { text: 'Guides', items: sorted(guides.map(itemOf)) },
    { text: 'Packages', items: sorted(published.map(readme).map(itemOf)) },
    { text: 'Reference', collapsed: true, items: sorted(pagesIn('docs/api', true).map(itemOf)) },
    { text: 'Results', collapsed: true, items: sorted(pagesIn('docs/results').map(itemOf)) },
    { text: 'The project', items: ['CONTRIBUTING.md'].map(itemOf) },
  ];
}

const foldersIn = (folder: string) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`);
const readme = (folder: string) => `${folder}/README.md`;
const manifestOf = (folder: string): { private?: boolean } =>
  JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));

function pagesIn(folder: string, recursive = false): string[] {
  if (!existsSync(join(root, folder))) return [];
  const names = readdirSync(join(root, folder), { recursive, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.md')).map((name) => `${folder}/${name}`);
}

function itemOf(path: string) {
  const [, text = path] = /^# (.*)$/m.exec(readFileSync(join(root, path), 'utf8')) ?? [];
  return { text, link: `/${addressOf(path).replace(/(?:index)?\.md$/, '')}` };
}

const sorted = (items: { text: string; link: string }[]) =>
  items.sort((a, b) => a.text.localeCompare(b.text, 'en'));
