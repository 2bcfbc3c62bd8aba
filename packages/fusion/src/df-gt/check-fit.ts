import { check, checkBoolean, checkInteger, checkNumber, checkString, fail } from '@diff/checks';

/** How far and how long a fit goes: what every way to write expertness has as options. */
export function checkFit(
  who: string,
  { learningRate, iterations }: { learningRate: number; iterations: number },
): void {
  checkNumber(who, 'learningRate', learningRate, 0);
  checkInteger(who, 'iterations', iterations, 0);
}

/** The start and the bound of maps that have values of their own at every pixel or frequency. */
export function checkFreeMaps(
  who: string,
  { initialScale, bounded }: { initialScale: number; bounded: boolean },
): void {
  checkNumber(who, 'initialScale', initialScale, 0);
  checkBoolean(who, 'bounded', bounded);
}

/** Which structures and raters to look at: lists of names, if given. */
export function checkNames(
  who: string,
  names: { structures?: readonly string[]; raters?: readonly string[] },
): void {
  for (const what of ['structures', 'raters'] as const) {
    const list: unknown = names[what];
    if (list === undefined) continue;
    check(Array.isArray(list), who, what, list, 'an array of names', 'other');
    if (list.length === 0) fail(who, `${what} is empty, expected at least one name`);
    for (let i = 0; i < list.length; i++) checkString(who, `${what}[${i}]`, list[i]);
  }
}
