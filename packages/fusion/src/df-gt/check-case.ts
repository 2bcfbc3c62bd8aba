import { checkInteger, checkNumbers, checkObject, checkOneOf, checkString, fail, show } from '@diff/checks';
import type { DiagnosedCase, ImageLike } from './diagnosed-case.js';

/**
 * Whether a value has the form of a case; its pixels are not looked at. Returns how errors are to call the case.
 *
 * @throws TypeError, RangeError for a part that is missing, of another kind or of another size.
 */
export function checkCase(
  who: string,
  one: unknown,
  { place = 'case', diagnosed = true }: { place?: string; diagnosed?: boolean } = {},
): string {
  const at = `${who}: ${labelOf(one, place)}`;
  checkObject(who, place, one);
  const { id, image, annotations } = one as unknown as DiagnosedCase;
  if (id !== undefined) checkString(at, 'id', id);
  checkImage(at, image);
  checkAnnotations(at, annotations, image);
  if (diagnosed) checkOneOf(at, 'diagnosis', one.diagnosis, [0, 1]);
  return at;
}

function checkImage(at: string, image: unknown): void {
  checkObject(at, 'image', image);
  const { data, height, width, channels } = image as unknown as ImageLike;
  checkInteger(at, 'image.height', height, 1);
  checkInteger(at, 'image.width', width, 1);
  checkInteger(at, 'image.channels', channels, 0);
  checkNumbers(at, 'image.data', data, { empty: true });
  const expected = height * width * channels;
  if (data.length !== expected)
    fail(
      at,
      `image.data has ${data.length} values, expected ${height} × ${width} × ${channels} = ${expected}`,
    );
}

function checkAnnotations(at: string, annotations: unknown, { height, width }: ImageLike): void {
  checkObject(at, 'annotations', annotations);
  for (const [structure, masks] of Object.entries(annotations)) {
    checkObject(at, maskName(structure), masks);
    for (const [rater, mask] of Object.entries(masks)) {
      if (mask === undefined || mask === null) continue;
      const what = maskName(structure, rater);
      checkNumbers(at, what, mask, { empty: true });
      if (mask.length !== height * width)
        fail(at, `${what} has ${mask.length} values, expected ${height} × ${width} = ${height * width}`);
    }
  }
}

/** Where a mask stands, such as annotations.disc.R1. */
export const maskName = (structure: string, rater?: string): string =>
  ['annotations', structure, ...(rater === undefined ? [] : [rater])].map(brief).join('.');

const brief = (text: string) => (text.length > 40 ? `${text.slice(0, 39)}…` : text);

function labelOf(one: unknown, place: string): string {
  const id: unknown = typeof one === 'object' && one !== null && 'id' in one ? one.id : undefined;
  return typeof id === 'string' ? `case ${show(id)}` : place;
}
