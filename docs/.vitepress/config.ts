import { defineConfig } from 'vitepress';
import { anchorOf } from '../../tools/anchor.js';
import { addressOf } from './addresses.js';
import { links } from './links.js';
import { playground, sidebar } from './sidebar.js';
import { verbatim } from './verbatim.js';

const source = 'https://github.com/diff-ts/diff';

/**
 * The site: README, guides and results as they are read on GitHub, and the reference that typedoc writes into docs/api.
 * `SITE_BASE=/diff/ npm run docs` makes it for a host that has it in a folder.
 */
export default defineConfig({
  title: 'DiFF for TypeScript',
  description: 'Learning from medical images that several experts outlined differently, diagnosis first.',
  lang: 'en',
  base: process.env.SITE_BASE ?? '/',
  srcDir: '..',
  srcExclude: [
    '!(docs|examples|packages|*.md)/**',
    '{examples,packages}/*/!(README.md)',
    '{examples,packages}/*/*/**',
    'SECURITY.md',
  ],
  rewrites: addressOf,
  ignoreDeadLinks: false,
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  markdown: {
    // As on GitHub, so that a link to a section leads there on both.
    anchor: { slugify: anchorOf },
    config: (md) => md.use(links, source).use(verbatim),
  },
  themeConfig: {
    nav: [
      { text: 'Getting started', link: '/getting-started' },
      playground,
      { text: 'Reference', link: '/api/' },
    ],
    sidebar: sidebar(),
    outline: [2, 3],
    search: { provider: 'local' },
    socialLinks: [{ icon: 'github', link: source }],
    footer: { message: 'Apache-2.0' },
  },
  // The index of the search is one file, and is loaded by whoever searches.
  vite: { build: { chunkSizeWarningLimit: 4000 } },
});
