import { expect, test } from 'vitest';
import { M1, M2, rows } from '../fixtures/grid.js';
import { parseXml } from '../formats/xml.js';
import { CVAT_LISTS, isCvat, readCvat } from './cvat.js';
import { drawShapes } from './draw-shapes.js';

const SIZE = { width: 8, height: 6 };
const cvat = (shapes: string, image = 'id="0" name="set/case1.png" width="8" height="6"') =>
  parseXml(
    `<?xml version="1.0" encoding="utf-8"?><annotations><version>1.1</version><meta/><image ${image}>${shapes}</image></annotations>`,
    CVAT_LISTS,
    { attributes: true },
  );
const drawn = async (shapes: string) => rows(await drawShapes(readCvat(cvat(shapes))[0]!.shapes, SIZE), 8);

test('polygons, boxes, ellipses and masks are read', async () => {
  expect(
    await drawn('<polygon label="nodule" source="manual" points="1.00,1.00;4.00,1.00;4,4;1,4" z_order="0"/>'),
  ).toEqual(M1);
  expect(await drawn('<box label="nodule" xtl="1" ytl="1" xbr="4" ybr="4"/>')).toEqual(M1);
  expect(await drawn('<mask label="nodule" rle="0, 9" left="2" top="1" width="3" height="3"/>')).toEqual(M2);
  expect(await drawn('<ellipse label="nodule" cx="4" cy="3" rx="4" ry="1"/>')).toEqual([
    '........',
    '........',
    '.######.',
    '.######.',
    '........',
    '........',
  ]);
  const turned = '<ellipse label="nodule" cx="4" cy="3" rx="3" ry="1" rotation="90"/>';
  expect(await drawn(turned)).toEqual(Array(6).fill('...##...'));
});

test('a shape may say its rater, and lines are told', () => {
  const [image] = readCvat(
    cvat(
      '<box label="a" xtl="1" ytl="1" xbr="4" ybr="4"><attribute name="rater">anna</attribute></box><box label="b" xtl="1" ytl="1" xbr="4" ybr="4"/><polyline label="a" points="1,1;2,2"/>',
    ),
  );
  expect(image).toMatchObject({ name: 'set/case1.png', ...SIZE });
  expect(image!.shapes.map(({ label, rater }) => [label, rater])).toEqual([
    ['a', 'anna'],
    ['b', undefined],
  ]);
  expect(image!.notes).toEqual(['1 lines, points or cuboids, which enclose nothing: left out']);
});

test('what is malformed is named', () => {
  const why = (shapes: string) => () => readCvat(cvat(shapes));
  expect(why('<polygon label="a" points="1,1;2,x;3,3"/>')).toThrow(
    'image set/case1.png, polygon 0: points[1][1] is "x"',
  );
  expect(why('<polygon points="1,1;2,2;3,3"/>')).toThrow('polygon 0: label is undefined, expected a text');
  expect(why('<box label="a" xtl="1"/>')).toThrow('box 0: ytl is undefined, expected a finite number');
  expect(why('<mask label="a" rle="0,8" left="2" top="1" width="3" height="3"/>')).toThrow(
    'its runs have 8 pixels, expected 3 × 3',
  );
  expect(() => readCvat(cvat('', 'name="a.png" width="1e9" height="2.5"'))).toThrow(
    'image a.png: height is "2.5"',
  );
  const video = parseXml('<annotations><version>1.1</version><track id="0"/></annotations>', CVAT_LISTS, {
    attributes: true,
  });
  expect(() => readCvat(video)).toThrow('CVAT for video');
  expect(isCvat({ annotations: '' })).toBe(false);
});
