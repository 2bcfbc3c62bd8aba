import { deflateSync } from 'node:zlib';
import { encodePng } from '@diff/datasets';
import { encode } from '@thi.ng/rle-pack';

/** A mask as a picture, of 3 × 3 pixels. */
const mask = await encodePng({ data: new Float32Array(9).fill(1), width: 3, height: 3, channels: 1 });
/** Strokes over all of a picture of 8 × 6 pixels, but for their first row. */
const strokes = [
  ...encode(
    Uint8Array.from({ length: 4 * 48 }, (_, i) => (i < 32 ? 0 : 255)),
    4 * 48,
  ),
];
const SIZE = { width: 8, height: 6 };
const SQUARE = [
  [1, 1],
  [4, 1],
  [4, 4],
  [1, 4],
];

/** Small good files of the formats of annotations. */
export const annotationFiles: readonly { name: string; path: string; files: readonly (object | string)[] }[] =
  [
    {
      name: 'coco',
      path: 'a.json',
      files: [
        {
          images: [{ id: 1, file_name: 'a.png', ...SIZE }],
          categories: [{ id: 1, name: 'x' }],
          annotations: [
            { image_id: 1, category_id: 1, segmentation: [SQUARE.flat()] },
            { image_id: 1, category_id: 1, segmentation: { size: [6, 8], counts: [4, 44] } },
            { image_id: 1, category_id: 1, segmentation: { size: [6, 8], counts: '4\\1' } },
          ],
        },
      ],
    },
    {
      name: 'labelme',
      path: 'a.json',
      files: [
        {
          shapes: [
            { label: 'x', points: SQUARE, shape_type: 'polygon' },
            { label: 'x', points: SQUARE.slice(0, 2), shape_type: 'circle' },
            {
              label: 'x',
              points: [
                [1, 1],
                [3, 3],
              ],
              shape_type: 'mask',
              mask: mask.toString('base64'),
            },
          ],
          ...{ imagePath: 'a.png', imageWidth: 8, imageHeight: 6 },
        },
      ],
    },
    {
      name: 'supervisely',
      path: 'a.png.json',
      files: [
        {
          size: SIZE,
          objects: [
            { classTitle: 'x', geometryType: 'polygon', points: { exterior: SQUARE, interior: [SQUARE] } },
            {
              classTitle: 'x',
              geometryType: 'bitmap',
              bitmap: { origin: [1, 1], data: deflateSync(mask).toString('base64') },
            },
          ],
        },
      ],
    },
    {
      name: 'geojson',
      path: 'a.geojson',
      files: [
        {
          type: 'FeatureCollection',
          features: [
            {
              type: 'Feature',
              geometry: { type: 'Polygon', coordinates: [SQUARE] },
              properties: { classification: { name: 'x' } },
            },
            {
              type: 'Feature',
              geometry: { type: 'MultiPolygon', coordinates: [[SQUARE], [SQUARE, SQUARE]] },
              properties: {},
            },
          ],
        },
      ],
    },
    {
      name: 'label studio',
      path: 'a.json',
      files: [
        [
          {
            data: { image: 'a.png' },
            annotations: [
              {
                completed_by: { id: 1, email: 'x' },
                result: [
                  {
                    type: 'polygonlabels',
                    value: { points: SQUARE, polygonlabels: ['x'] },
                    ...{ original_width: 8, original_height: 6 },
                  },
                  {
                    type: 'brushlabels',
                    value: { format: 'rle', rle: strokes, brushlabels: ['x'] },
                    ...{ original_width: 8, original_height: 6 },
                  },
                ],
              },
            ],
          },
        ],
      ],
    },
    {
      name: 'via',
      path: 'a.json',
      files: [
        {
          a: {
            filename: 'a.png',
            regions: [
              {
                shape_attributes: { name: 'polygon', all_points_x: [1, 4, 4], all_points_y: [1, 1, 4] },
                region_attributes: { label: 'x' },
              },
              {
                shape_attributes: { name: 'ellipse', cx: 3, cy: 3, rx: 2, ry: 1, theta: 0.5 },
                region_attributes: { label: { x: true } },
              },
            ],
          },
        },
      ],
    },
    {
      name: 'via csv',
      path: 'a.csv',
      files: [
        'filename,file_size,file_attributes,region_count,region_id,region_shape_attributes,region_attributes\n' +
          'a.png,1,{},1,0,"{""name"":""rect"",""x"":1,""y"":1,""width"":3,""height"":3}","{""label"":""x""}"\n',
      ],
    },
    {
      name: 'cvat',
      path: 'a.xml',
      files: [
        '<?xml version="1.0"?><annotations><version>1.1</version><image id="0" name="a.png" width="8" height="6">' +
          '<polygon label="x" points="1.00,1.00;4.00,1.00;4,4;1,4"/><box label="x" xtl="1" ytl="1" xbr="4" ybr="4"/>' +
          '<mask label="x" rle="0, 9" left="2" top="1" width="3" height="3"/><ellipse label="x" cx="4" cy="3" rx="3" ry="1" rotation="90"/>' +
          '</image></annotations>',
      ],
    },
    {
      name: 'lidc',
      path: 'a.xml',
      files: [
        '<LidcReadMessage uid="1" xmlns="http://www.nih.gov"><ResponseHeader/><readingSession><servicingRadiologistID>a</servicingRadiologistID>' +
          '<unblindedReadNodule><noduleID>N</noduleID><roi><imageZposition>-5</imageZposition><imageSOP_UID>1.2.3</imageSOP_UID><inclusion>TRUE</inclusion>' +
          [
            [0, 0],
            [1, 0],
            [2, 0],
            [2, 1],
            [2, 2],
            [1, 2],
            [0, 2],
            [0, 1],
          ]
            .map(([x, y]) => `<edgeMap><xCoord>${x}</xCoord><yCoord>${y}</yCoord></edgeMap>`)
            .join('') +
          '</roi></unblindedReadNodule></readingSession></LidcReadMessage>',
      ],
    },
  ];
