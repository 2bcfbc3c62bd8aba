import { show } from '@diff/checks';
import type { Ring } from '../images/fill-rings.js';

export type Fields = Readonly<Record<string, unknown>>;

const wrong = (what: string, value: unknown, expected: string) =>
  new Error(`${what} is ${show(value)}, expected ${expected}`);

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @throws Error where the value is no object. */
export function fieldsOf(value: unknown, what: string): Fields {
  if (!isFields(value)) throw wrong(what, value, 'an object');
  return value;
}

/** @throws Error where the value is no list. */
export function listOf(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw wrong(what, value, 'a list');
  return value;
}

/** @throws Error where the value is no text with something in it. */
export function textOf(value: unknown, what: string): string {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || text.trim() === '') throw wrong(what, value, 'a text');
  return text.trim();
}

/** A number, also as text, as XML has it. @throws Error where it is not finite. */
export function numberOf(value: unknown, what: string): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) throw wrong(what, value, 'a finite number');
  return number;
}

/** @throws Error where it is no integer from `least` up. */
export function integerOf(value: unknown, what: string, least = 0): number {
  const number = numberOf(value, what);
  if (!Number.isSafeInteger(number) || number < least)
    throw wrong(what, value, `an integer from ${least} up`);
  return number;
}

/** The size that a file gives of its image. */
export const sizeOf = (width: unknown, height: unknown, what: string) => ({
  width: integerOf(width, `${what}width`, 1),
  height: integerOf(height, `${what}height`, 1),
});

/** A ring of corners [x, y]. @throws Error where a corner is none, or there are too few. */
export const ringOf = (points: unknown, what: string, scale?: readonly number[]): Ring =>
  checkedRing(placesOf(points, what, scale), what);

/** Places [x, y] as x and y in turn. @throws Error where a place is none. */
export function placesOf(
  points: unknown,
  what: string,
  [across, down] = [1, 1] as readonly number[],
): Float64Array {
  const corners = listOf(points, what);
  const ring = new Float64Array(2 * corners.length);
  corners.forEach((corner, i) => {
    const [x, y] = pairOf(corner, what, i);
    ring[2 * i] = x * across!;
    ring[2 * i + 1] = y * down!;
  });
  return ring;
}

/** Names are made where something is wrong, since there may be a million corners. */
function pairOf(corner: unknown, what: string, i: number): readonly [number, number] {
  const pair = corner as [number, number];
  if (Array.isArray(corner) && Number.isFinite(pair[0]) && Number.isFinite(pair[1])) return pair;
  const values = listOf(corner, `${what}[${i}]`);
  if (values.length < 2) throw wrong(`${what}[${i}]`, corner, 'x and y');
  return [numberOf(values[0], `${what}[${i}][0]`), numberOf(values[1], `${what}[${i}][1]`)];
}

/** A ring of x and y in turn. @throws Error where one is no number, or there are too few. */
export function flatRingOf(values: unknown, what: string): Ring {
  const numbers = numbersOf(values, what);
  if (numbers.length % 2) throw new Error(`${what} has ${numbers.length} numbers, expected pairs of x and y`);
  return checkedRing(numbers, what);
}

/** A list of finite numbers. @throws Error where one is none. */
export function numbersOf(values: unknown, what: string): Float64Array {
  return Float64Array.from(listOf(values, what), (value, i) =>
    Number.isFinite(value) ? (value as number) : numberOf(value, `${what}[${i}]`),
  );
}

function checkedRing(ring: Float64Array, what: string): Float64Array {
  const [corners, last] = [ring.length / 2, ring.length - 2];
  // The first corner may come again, to close the ring.
  const closed = corners > 1 && ring[0] === ring[last] && ring[1] === ring[last + 1];
  if (corners - Number(closed) < 3)
    throw new Error(
      `${what} has ${corners - Number(closed)} corners${closed ? ' beside the one that closes it' : ''}, expected three or more`,
    );
  return ring;
}

/** The JSON of a file's bytes. */
export function parseJson(bytes: Uint8Array): unknown {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`not JSON that can be read (${(error as Error).message})`, { cause: error });
  }
}

/** The bytes of a text in Base64, of either alphabet. What is no letter of them is passed over, as Node's `Buffer` does. */
export function base64Of(text: string): Uint8Array {
  const [letters] = text.replaceAll('-', '+').replaceAll('_', '/').split('=');
  const known = letters!.replace(/[^A-Za-z0-9+/]/g, '');
  // One letter alone holds less than a byte.
  const whole = known.length % 4 === 1 ? known.slice(0, -1) : known;
  return Uint8Array.from(atob(whole), (byte) => byte.charCodeAt(0));
}
