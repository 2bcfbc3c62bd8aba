/**
 * A page whose section between `<!-- name -->` and `<!-- /name -->` is another text, and which is otherwise as it was; undefined where
 * the page has no such section.
 */
export function replaceSection(page: string, name: string, text: string): string | undefined {
  const [from, to] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [start, end] = [page.indexOf(from), page.indexOf(to)];
  if (start === -1 || end < start) return undefined;
  return `${page.slice(0, start)}${from}\n${text}\n${page.slice(end)}`;
}
