/** Markup, as opposed to text that is yet to be escaped. */
export class Html {
  constructor(readonly markup: string) {}
}

/** What a template of `html` may hold. */
export type Content = Html | string | number | undefined | false | readonly Content[];

/** A template whose values are escaped unless they are markup; lists are joined, `undefined` and `false` leave nothing. */
export function html(strings: TemplateStringsArray, ...values: Content[]): Html {
  return new Html(strings.reduce((text, string, i) => text + markupOf(values[i - 1]) + string));
}

function markupOf(value: Content): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Html) return value.markup;
  if (typeof value === 'object') return value.map(markupOf).join('');
  return String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** What a reader sees of it: the text without its markup. */
export const textOf = (content: Content): string =>
  markupOf(content)
    .replace(/<[^>]*>/g, '')
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
