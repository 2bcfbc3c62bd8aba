import { show } from '@diff/checks';

/**
 * A path pattern as a regular expression: `{name}` catches part of a folder's or file's name (the same name again must
 * catch the same), `{png,jpg}` is either, `*` is any part of a name, `**` any number of folders. Letters match in
 * either case.
 *
 * @throws RangeError where a `{name}` is not among `names`, or one of `needed` is absent.
 */
export function patternOf(
  pattern: string,
  { names, needed, caller }: { names: readonly string[]; needed: readonly string[]; caller: string },
): RegExp {
  const caught = new Set<string>();
  const source = pattern
    .split(/(\*\*\/|\*\*|\*|\{[^{}]*\})/)
    .map((part) => {
      if (part === '**/') return '(?:.*/)?';
      if (part === '**') return '.*';
      if (part === '*') return '[^/]*';
      if (!/^\{.*\}$/.test(part)) return escaped(part);
      const name = part.slice(1, -1);
      if (name.includes(',')) return `(?:${name.split(',').map(escaped).join('|')})`;
      if (!names.includes(name)) {
        throw new RangeError(
          `${caller}: ${show(pattern)} has {${name.slice(0, 40)}}, expected one of {${names.join('}, {')}}`,
        );
      }
      if (caught.has(name)) return `\\k<${name}>`;
      caught.add(name);
      return `(?<${name}>[^/]+)`;
    })
    .join('');
  const absent = needed.find((name) => !caught.has(name));
  if (absent) throw new RangeError(`${caller}: the pattern ${show(pattern)} has no {${absent}}, expected it`);
  return new RegExp(`^${source}$`, 'i');
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
