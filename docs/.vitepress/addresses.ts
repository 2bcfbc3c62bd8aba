/** Where the site has a file of the repository: guides at the top, a README as the page of its folder. */
export function addressOf(path: string): string {
  return path.replace(/^docs\//, '').replace(/(^|\/)README\.md$/, '$1index.md');
}
