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
 * stars there are. From the end of the path backwards it is marked from where on the rest of the pattern can match; forwards each
 * part then takes as much as leaves such a place. Only where what was caught is asked for again that has to be tried, at no place twice
 * with the same caught.
 */
function matchOf(parts: readonly Part[], path: string): { groups: Record<string, string> } | null {
  const begins = beginningsOf(path);
  const ends = placesOf(parts, path, begins);
  const groups: Record<string, string> = {};
  const asked = parts.flatMap((part) => (part.kind === 'again' ? [part.name] : []));
  const failed = new Set<string>();

  /** Whether the parts from `k` on match from `at` on; what they catch is in `groups`. */
  function matches(k: number, at: number): boolean {
    const part = parts[k];
    if (!part) return true;
    if (!asked.length) return taken(part, k, at);
    const key = `${k} ${at} ${asked.map((name) => groups[name]).join('/')}`;
    if (failed.has(key)) return false;
    if (taken(part, k, at)) return true;
    failed.add(key);
    return false;
  }

  function taken(part: Part, k: number, at: number): boolean {
    const on = (to: number) => ends[k + 1]![to] === 1 && matches(k + 1, to);
    if (part.kind === 'text') return part.texts.some((text) => begins(text, at) && on(at + text.length));
    if (part.kind === 'again') {
      const text = groups[part.name]!;
      return begins(text.toLowerCase(), at) && on(at + text.length);
    }
    const within = part.kind === 'star' || part.kind === 'catch';
    const slash = within ? path.indexOf('/', at) : -1;
    const first = part.kind === 'catch' ? at + 1 : at;
    for (let to = slash < 0 ? path.length : slash; to >= first; to--) {
      if (part.kind === 'folders' && to > at && path[to - 1] !== '/') continue;
      if (part.kind === 'catch') groups[part.name] = path.slice(at, to);
      if (on(to)) return true;
    }
    if (part.kind === 'catch') delete groups[part.name];
    return false;
  }
  return ends[0]![0] && matches(0, 0) ? { groups } : null;
}

/** For each part, and after the last: 1 at the places of the path from where on the rest can match, whatever was caught. */
function placesOf(
  parts: readonly Part[],
  path: string,
  begins: (text: string, at: number) => boolean,
): Uint8Array[] {
  const n = path.length;
  const last = new Uint8Array(n + 1);
  last[n] = 1;
  const ends = [last];
  for (const part of [...parts].reverse()) {
    const rest = ends[0]!;
    const here = new Uint8Array(n + 1);
    // Whether the part, having begun, can end here or further on; folders end behind a slash.
    let open = 0;
    for (let at = n; at >= 0; at--) {
      if (part.kind === 'text') {
        here[at] = Number(part.texts.some((text) => begins(text, at) && rest[at + text.length] === 1));
        continue;
      }
      const many = part.kind === 'catch' || part.kind === 'again';
      if ((part.kind === 'star' || many) && path[at] === '/') open = 0;
      if (many) {
        here[at] = open;
        open ||= rest[at]!;
        if (path[at] === '/') here[at] = 0;
      } else if (part.kind === 'folders') {
        here[at] = open || rest[at]!;
        if (path[at - 1] === '/') open ||= rest[at]!;
      } else {
        open ||= rest[at]!;
        here[at] = open;
      }
    }
    ends.unshift(here);
  }
  return ends;
}

/** Whether a text in small letters stands in the path at a place, in either case. */
function beginningsOf(path: string): (text: string, at: number) => boolean {
  // Of other letters, how many and which small ones there are may depend on those beside them.
  if (/[^\0-\x7f]/.test(path)) return (text, at) => path.slice(at, at + text.length).toLowerCase() === text;
  const small = path.toLowerCase();
  return (text, at) => small.startsWith(text, at);
}
