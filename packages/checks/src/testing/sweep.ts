import {
  forBoolean,
  forElement,
  forFunction,
  forList,
  forNumber,
  forNumbers,
  forOptions,
  forString,
  type Hostile,
  unknownNames,
} from './hostile-values.js';

/** A function under the sweep, with arguments that are right. */
export interface Swept {
  name: string;
  run: (...args: never[]) => unknown;
  /** A right value for each argument, under its name and in order. Objects are options; give every option that there is. */
  args: Record<string, unknown>;
  /** Arguments and options, such as 'options' or 'options.shape', that may not be left out. Default: arguments but objects. */
  required?: readonly string[];
  /** Arguments whose values may be missing: `NaN`, `null` and `undefined`. */
  missing?: readonly string[];
  /** Arguments or options that are not looked into, such as objects of another library. */
  opaque?: readonly string[];
  /** Names of what is not among the arguments, but may be named by an error. */
  mentions?: readonly string[];
  /** Whether this answer to a wrong value is what the documentation says, by the place of the value and its name. */
  documented?: (place: string, hostile: string) => boolean;
}

interface Trial extends Hostile {
  /** Where the value stands, such as 'prediction[0]' or 'options.shape'. */
  place: string;
  args: unknown[];
}

/**
 * Calls a function with every hostile value in place of each argument, each option and some values of each array, and returns
 * what is wrong with the answers, a sentence for each: an empty list is a pass. Right is a `TypeError` or `RangeError` of at
 * most 300 characters that begins with the name of the function, names one of its arguments and says what was expected; or,
 * for values that are only odd, an answer in which no number is NaN.
 */
export async function sweep(swept: Swept): Promise<string[]> {
  const good = Object.values(swept.args);
  const expected = await outcome(swept, good);
  if (expected.error) return [`${swept.name}: the right arguments fail: ${expected.error}`];
  const found: string[] = [];
  for (const trial of trials(swept)) {
    const answer = await outcome(swept, trial.args);
    const wrong = judge(swept, trial, answer, expected.value);
    if (wrong) found.push(`${swept.name}: ${trial.place} = ${trial.name}: ${wrong}`);
  }
  return found;
}

interface Outcome {
  value?: unknown;
  error?: unknown;
}

async function outcome(swept: Swept, args: unknown[]): Promise<Outcome> {
  try {
    return { value: await (swept.run as (...args: unknown[]) => unknown)(...args) };
  } catch (error) {
    return { error: error ?? 'nothing' };
  }
}

function judge(swept: Swept, trial: Trial, { value, error }: Outcome, good: unknown): string | undefined {
  // settings may ask for plain arrays
  const refusable = trial.must !== 'same' || trial.place.includes('.');
  if (error !== undefined) return refusable ? judgeError(swept, error) : `threw ${error}`;
  if (swept.documented?.(trial.place, trial.name)) return undefined;
  if (trial.must === 'refused') return `gave ${brief(value)}`;
  if (trial.must === 'same' && !equal(value, good)) return `gave ${brief(value)}, not ${brief(good)}`;
  return holdsNaN(value) && !holdsNaN(good) ? `gave ${brief(value)}` : undefined;
}

function judgeError(swept: Swept, error: unknown): string | undefined {
  if (!(error instanceof Error)) return `threw ${String(error).slice(0, 80)}`;
  const { message } = error;
  if (error.constructor !== TypeError && error.constructor !== RangeError)
    return `threw ${error.name}: ${message.slice(0, 80)}`;
  if (!message.startsWith(`${swept.name}: `)) return `does not name the function: ${message.slice(0, 80)}`;
  if (message.length > 300) return `has a message of ${message.length} characters`;
  if (!/expected|did you mean|; give |undefined$/.test(message))
    return `says not what was expected: ${message}`;
  const names = [
    ...(swept.mentions ?? []),
    ...Object.keys(swept.args),
    ...optionNames(Object.values(swept.args)),
  ];
  if (!/ option "/.test(message) && !names.some((name) => message.includes(name)))
    return `names no argument: ${message}`;
  return undefined;
}

function* trials(swept: Swept): Generator<Trial> {
  const names = Object.keys(swept.args);
  const values = Object.values(swept.args);
  for (let k = 0; k < names.length; k++) {
    const put = (value: unknown) => values.map((old, i) => (i === k ? value : old));
    yield* inPlaceOf(swept, names[k]!, values[k], put, !isOptions(values[k]));
  }
}

/** Everything that may stand where a good value stands, and what is inside of it. */
function* inPlaceOf(
  swept: Swept,
  place: string,
  good: unknown,
  put: (value: unknown) => unknown[],
  required: boolean,
): Generator<Trial> {
  if (swept.opaque?.includes(place)) return;
  for (const hostile of hostileTo(good)) yield { ...hostile, place, args: put(hostile.value) };
  const must = swept.required ? swept.required.includes(place) : required;
  yield {
    name: 'undefined',
    value: undefined,
    must: must ? 'refused' : 'either',
    place,
    args: put(undefined),
  };
  if (isOptions(good)) yield* inOptions(swept, place, good, put);
  else if (isNumbers(good)) yield* inNumbers(swept, place, good, put);
  else if (Array.isArray(good)) {
    for (let k = 0; k < Math.min(good.length, 2); k++) {
      const inside = (value: unknown) => put(good.map((old, i) => (i === k ? value : old)));
      yield* inPlaceOf(swept, `${place}[${k}]`, good[k], inside, true);
    }
  }
}

function* inOptions(
  swept: Swept,
  place: string,
  good: Record<string, unknown>,
  put: (value: unknown) => unknown[],
): Generator<Trial> {
  for (const name of unknownNames(Object.keys(good))) {
    const options = { ...good, [name]: 1 };
    yield {
      name: `an option ${name.slice(0, 20)}`,
      value: options,
      must: 'refused',
      place,
      args: put(options),
    };
  }
  for (const [name, value] of Object.entries(good))
    yield* inPlaceOf(swept, `${place}.${name}`, value, (other) => put({ ...good, [name]: other }), false);
}

function* inNumbers(
  swept: Swept,
  place: string,
  good: ArrayLike<number>,
  put: (value: unknown) => unknown[],
): Generator<Trial> {
  const missing = swept.missing?.some((name) => place === name || place.startsWith(`${name}[`)) ?? false;
  for (const k of new Set([0, good.length >> 1, good.length - 1])) {
    for (const hostile of forElement(missing)) {
      const array = Array.from(good as ArrayLike<unknown>);
      array[k] = hostile.value;
      yield { ...hostile, place: `${place}[${k}]`, args: put(array) };
    }
  }
}

function hostileTo(good: unknown): Hostile[] {
  if (typeof good === 'number') return forNumber();
  if (typeof good === 'string') return forString();
  if (typeof good === 'boolean') return forBoolean();
  if (typeof good === 'function') return forFunction();
  if (isNumbers(good)) return forNumbers(good);
  return Array.isArray(good) ? forList() : isOptions(good) ? forOptions() : [];
}

function isNumbers(value: unknown): value is ArrayLike<number> {
  if (ArrayBuffer.isView(value)) return true;
  return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'number');
}

function isOptions(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function optionNames(values: unknown[]): string[] {
  return values.flatMap((value) => {
    if (Array.isArray(value)) return optionNames(value.slice(0, 2));
    return isOptions(value) ? [...Object.keys(value), ...optionNames(Object.values(value)), 'options'] : [];
  });
}

function holdsNaN(value: unknown): boolean {
  if (typeof value === 'number') return Number.isNaN(value);
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as number[]).some(holdsNaN);
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsNaN);
}

/** As JSON, where typed arrays are arrays and −0 is 0. */
const plain = (value: unknown) =>
  JSON.stringify(value, (_, part: unknown) =>
    ArrayBuffer.isView(part) ? Array.from(part as Uint8Array) : part,
  ) ?? 'undefined';

const equal = (a: unknown, b: unknown) => plain(a) === plain(b);

const brief = (value: unknown) => (typeof value === 'number' ? String(value) : plain(value).slice(0, 80));
