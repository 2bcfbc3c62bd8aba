/**
 * The names given, or the only one there is. Of several names the order decides what a network sees in which channel, and
 * a wrong guess would show in nothing but worse results.
 *
 * @throws TypeError where several were found and none given.
 */
export function namesInOrder(
  who: string,
  what: string,
  given: readonly string[] | undefined,
  found: readonly string[],
): readonly string[] {
  if (given !== undefined || found.length < 2) return given ?? found;
  const list = found.map((name) => `'${name}'`).join(', ');
  throw new TypeError(
    `${who}: ${what} is missing, expected ${what}: [${list}], in the order of the network's channels`,
  );
}
