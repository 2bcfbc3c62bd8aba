import { expect, test } from 'vitest';
import { area } from '../fixtures/read.js';
import { folderOf, picture } from '../fixtures/temporary.js';
import { ddti } from './ddti.js';

const grey = () => picture(20, 20, () => 90, 'jpeg');
const square = (at: number, side: number) =>
  `{"points": [{"x": ${at}, "y": ${at}}, {"x": ${at + side}, "y": ${at}}, {"x": ${at + side}, "y": ${at + side}}, {"x": ${at}, "y": ${at + side}}], "annotation": {}, "regionType": "freehand"}`;
const xml = (number: number, tirads: string, marks: Record<number, string>) => `<case>
  <number>${number}</number><age>50</age><sex>F</sex><tirads>${tirads}</tirads>
  ${Object.entries(marks)
    .map(([k, svg]) => `<mark><image>${k}</image><svg>${svg}</svg></mark>`)
    .join('\n')}
</case>`;

async function only(files: Record<string, string | Uint8Array>, options = {}) {
  const dataset = await ddti(await folderOf({ '7_1.jpg': await grey(), ...files }), options);
  const { problems } = await dataset.describe();
  const cases = [];
  for await (const one of dataset.cases()) cases.push(one);
  return { dataset, cases, told: problems.map(({ reason, outcome }) => `${outcome}: ${reason}`) };
}

test('regions of an image are one mask, and what the XML says is in meta', async () => {
  const { cases, told } = await only({ '7.xml': xml(7, '4b', { 1: `[${square(2, 3)}, ${square(10, 5)}]` }) });
  expect(told).toEqual([]);
  expect(area(cases[0]!.annotations.nodule!['1']!)).toBe(16 + 36);
  expect(cases[0]).toMatchObject({
    id: '7_1',
    patient: '7',
    diagnosis: 1,
    meta: { tirads: '4b', age: '50', sex: 'F' },
  });
});

test.each([
  ['2', undefined, 0],
  ['3', undefined, 0],
  ['4a', undefined, 1],
  ['4a', '4b', 0],
  ['4c', '4b', 1],
  ['5', '5', 1],
  ['', undefined, undefined],
] as const)(
  'TI-RADS "%s" with malignancy from %s is diagnosis %s',
  async (tirads, malignantFrom, diagnosis) => {
    const { cases } = await only({ '7.xml': xml(7, tirads, { 1: `[${square(2, 3)}]` }) }, { malignantFrom });
    expect(cases[0]!.diagnosis).toBe(diagnosis);
  },
);

test('an unknown TI-RADS is told and leaves the case unlabelled', async () => {
  const { cases, told } = await only({ '7.xml': xml(7, '6x', { 1: `[${square(2, 3)}]` }) });
  expect(cases[0]!.diagnosis).toBeUndefined();
  expect(told).toEqual(['kept: unknown TI-RADS "6x"']);
});

test('JSON broken inside a number or cut off is repaired, and told', async () => {
  const whole = `[${square(2, 3)}, ${square(10, 5)}]`;
  const noComma = await only({ '7.xml': xml(7, '2', { 1: whole.replace('}, {"points"', '} {"points"') }) });
  expect(noComma.told).toEqual(['repaired: image 7_1: broken JSON, repaired']);
  expect(area(noComma.cases[0]!.annotations.nodule!['1']!)).toBe(52);

  const cut = await only({ '7.xml': xml(7, '2', { 1: whole.slice(0, whole.lastIndexOf('"y"')) }) });
  expect(cut.told).toEqual([
    'repaired: image 7_1: broken JSON, repaired',
    'repaired: image 7_1: region 1: 1 broken points left out',
  ]);
  // The second square without its last corner: a triangle of side 5, its hypotenuse included.
  expect(area(cut.cases[0]!.annotations.nodule!['1']!)).toBe(16 + 21);
});

test('JSON beyond repair, of another form, or with too few points is told, and the image kept', async () => {
  const cases = {
    '{"points": 1}': 'kept: image 7_1: its JSON is not a list of regions',
    '[{"points": [{"x": 1, "y": 1}, {"x": 2, "y": 2}]}]':
      'kept: image 7_1: region 0 has 2 points, too few for an outline',
    '[{"points": null}]': 'kept: image 7_1: region 0 has 0 points, too few for an outline',
    '': 'kept: image 7_1: its &lt;svg&gt; is empty'.replace('&lt;', '<').replace('&gt;', '>'),
  };
  for (const [svg, expected] of Object.entries(cases)) {
    const { cases: delivered, told } = await only({ '7.xml': xml(7, '2', { 1: svg }) });
    expect(told).toEqual([expected]);
    expect(delivered[0]!.annotations).toEqual({});
  }
});

test('what does not fit together is told', async () => {
  const { told, dataset } = await only({
    '7.xml': xml(8, '2', { 1: `[${square(15, 9)}]`, 2: `[${square(2, 3)}]` }),
    '7_3.jpg': await grey(),
    '9_1.jpg': await grey(),
    'photo.jpg': await grey(),
    '7_4.jpg': await grey(),
  });
  expect(dataset.length).toBe(4);
  expect(told.sort()).toEqual(
    [
      'kept: says that it is number 8',
      'skipped: marks 7_2.jpg, which is not there',
      'kept: 7.xml has no mark for it',
      'kept: 7.xml has no mark for it',
      'kept: no 9.xml',
      'skipped: not a name that an image or a mask has here',
      'kept: 3 points of its outlines lie outside the image of 20×20 pixels',
    ].sort(),
  );
});

test('malignantFrom must be a category', async () => {
  const root = await folderOf({ '7_1.jpg': await grey(), '7.xml': xml(7, '2', {}) });
  // @ts-expect-error: the type says so too.
  await expect(ddti(root, { malignantFrom: '4' })).rejects.toThrow(
    'ddti: malignantFrom is "4", expected one of 2, 3, 4a, 4b, 4c, 5',
  );
});
