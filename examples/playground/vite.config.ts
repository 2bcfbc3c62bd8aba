import { defaultClientConditions, defineConfig } from 'vite';

/** Plain files with addresses relative to the page, so that any host serves them from any folder. */
export default defineConfig({
  base: './',
  // The packages as they are in the repository: nothing has to be built first.
  resolve: { conditions: ['@diff/source', ...defaultClientConditions] },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: { target: 'es2022', modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
  // Engines that no page of this kind takes are loaded by whoever does: that they are here already is no news.
  worker: { format: 'es', rolldownOptions: { checks: { ineffectiveDynamicImport: false } } },
});
