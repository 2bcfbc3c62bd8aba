import { show } from '@diff/checks';

/** What tells whether a path is meant, and what its parts are called. */
export interface PathPattern {
  test(path: string): boolean;
  exec(path: string): { groups: Record<string, string> } | null;
}

/** A part of a pattern, and what of a path it takes: one of some texts, or as many characters as it can. */
type Part =
  | { kind: 'text'; texts: readonly string[] }
  | { kind: 'star' | 'folders' | 'anything' }
  | { kind: 'catch' | 'again'; name: string };

/**
 * A path pattern: `{name}` catches part of a folder's or file's name (the same name again must catch the same), `{png,jpg}`
 * is either, `*` is any part of a name, `**` any number of folders. Letters match in either case. Of several ways to match,
 * the first parts take as much as they can.
 *
 * @throws RangeError where a `{name}` is not among `names`, or one of `needed` is absent.
 */
export function patternOf(
  pattern: string,
  { names, needed, caller }: { names: readonly string[]; needed: readonly string[]; caller: string },
): PathPattern {
  const caught = new Set<string>();
  const parts = pattern
    .split(/(\*\*\/|\*\*|\*|\{[^{}]*\})/)
    .filter(Boolean)
    .map((part): Part => {
      if (part === '**/') return { kind: 'folders' };
      if (part === '**') return { kind: 'anything' };
      if (part === '*') return { kind: 'star' };
      if (!/^\{.*\}$/s.test(part)) return { kind: 'text', texts: [part.toLowerCase()] };
      const name = part.slice(1, -1);
      if (name.includes(',')) return { kind: 'text', texts: name.toLowerCase().split(',') };
      if (!names.includes(name)) {
        throw new RangeError(
          `${caller}: ${show(pattern)} has {${name.slice(0, 40)}}, expected one of {${names.join('}, {')}}`,
        );
      }
      if (caught.has(name)) return { kind: 'again', name };
      caught.add(name);
      return { kind: 'catch', name };
    });
  const absent = needed.find((name) => !caught.has(name));
  if (absent) throw new RangeError(`${caller}: the pattern ${show(pattern)} has no {${absent}}, expected it`);
  const exec = (path: string) => matchOf(parts, path);
  return { exec, test: (path) => exec(path) !== null };
}

/**
 * The match that a backtracking regular expression would find, in a time that grows with the path's length alone, however many
 * stars there are: no place in the pattern is tried twice at the same place in the path.
 */
function matchOf(parts: readonly Part[], path: string): { groups: Record<string, string> } | null {
  const groups: Record<string, string> = {};
  const failed = new Set<string>();
  const asked = parts.flatMap((part) => (part.kind === 'again' ? [part.name] : []));

  /** Whether the parts from `k` on match from `at` on; `from`: where part `k` began, if it has taken something. */
  function matches(k: number, at: number, from = at): boolean {
    const part = parts[k];
    if (!part) return at === path.length;
    // What was caught matters where it is asked for again.
    const told = asked.map((name) => groups[name] ?? from).join('/');
    const key = `${k} ${at} ${from < at} ${told}`;
    if (failed.has(key)) return false;
    if (taken(part, k, at, from)) return true;
    failed.add(key);
    return false;
  }

  function taken(part: Part, k: number, at: number, from: number): boolean {
    const begins = (text: string) => path.slice(at, at + text.length).toLowerCase() === text;
    if (part.kind === 'text')
      return part.texts.some((text) => begins(text) && matches(k + 1, at + text.length));
    if (part.kind === 'again') {
      const text = groups[part.name]!;
      return begins(text.toLowerCase()) && matches(k + 1, at + text.length);
    }
    const within = part.kind === 'star' || part.kind === 'catch';
    const takesMore = at < path.length && !(within && path[at] === '/');
    if (takesMore && matches(k, at + 1, from)) return true;
    if (part.kind === 'folders') return (from === at || path[at - 1] === '/') && matches(k + 1, at);
    if (part.kind !== 'catch') return matches(k + 1, at);
    if (from === at) return false;
    groups[part.name] = path.slice(from, at);
    if (matches(k + 1, at)) return true;
    delete groups[part.name];
    return false;
  }
  return matches(0, 0) ? { groups } : null;
}
