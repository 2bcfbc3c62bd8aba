import { expect, test } from 'vitest';
import { M1, rows } from '../fixtures/grid.js';
import { parseXml } from '../formats/xml.js';
import { drawShapes } from './draw-shapes.js';
import { isLidcXml, LIDC_LISTS, readLidcXml } from './lidc-xml.js';

const edge = (points: number[][]) =>
  points.map(([x, y]) => `<edgeMap><xCoord>${x}</xCoord><yCoord>${y}</yCoord></edgeMap>`).join('');
const roi = (points: number[][], uid = '1.2.3', inclusion = 'TRUE') =>
  `<roi><imageZposition>-5</imageZposition><imageSOP_UID>${uid}</imageSOP_UID><inclusion>${inclusion}</inclusion>${edge(points)}</roi>`;
const session = (rois: string) =>
  `<readingSession><servicingRadiologistID>anon</servicingRadiologistID><unblindedReadNodule><noduleID>N</noduleID>${rois}</unblindedReadNodule></readingSession>`;
const read = (sessions: string) =>
  readLidcXml(
    parseXml(
      `<LidcReadMessage uid="1" xmlns="http://www.nih.gov"><ResponseHeader/>${sessions}</LidcReadMessage>`,
      LIDC_LISTS,
      { attributes: true },
    ),
  );

/** The pixels around columns 1 to 3 of rows 1 to 3, one after the other. */
const AROUND = [
  ...[0, 1, 2, 3, 4].map((x) => [x, 0]),
  ...[1, 2, 3, 4].map((y) => [4, y]),
  ...[3, 2, 1, 0].map((x) => [x, 4]),
  ...[3, 2, 1].map((y) => [0, y]),
];

test('an outline goes around the nodule, and every reader looked at every image', async () => {
  const images = read(session(roi(AROUND)) + session(roi(AROUND, '1.2.4') + roi([[3, 3]])));
  expect(images.map(({ name, raters }) => [name, raters])).toEqual([
    ['1.2.3', ['1', '2']],
    ['1.2.4', ['1', '2']],
  ]);
  expect(rows(await drawShapes(images[0]!.shapes, { width: 8, height: 6 }), 8)).toEqual(M1);
  expect(images[0]!.shapes).toMatchObject([{ label: 'nodule', rater: '1' }]);
  expect(images[0]!.notes).toEqual(['1 nodules marked by a point, which encloses nothing: left out']);
});

test('what is malformed is named', () => {
  expect(() =>
    read(
      session(
        roi([
          [1, 1],
          [1, 2],
          [-1, 3],
        ]),
      ),
    ),
  ).toThrow('readingSession 1, nodule 1, roi 1, xCoord is "-1"');
  expect(() => read(session('<roi><inclusion>TRUE</inclusion></roi>'))).toThrow(
    'roi 1: imageSOP_UID is undefined',
  );
  expect(isLidcXml({ annotations: {} })).toBe(false);
});
