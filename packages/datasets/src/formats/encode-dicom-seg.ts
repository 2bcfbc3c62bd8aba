import { createHash } from 'node:crypto';
import { check, checkObject, fail } from '@diff/checks';
import { spacingOf } from '../images/affine.js';
import { crossed, turnedLps } from '../images/lps.js';
import { checkPlane, type Extent } from '../images/sized.js';
import { SEGMENTATION } from './dicom-seg.js';
import { type DicomElement, dicomFile } from './dicom-writer.js';

/**
 * Masks of one image as the bytes of a binary DICOM segmentation: a segment per name, where its values are above 0.5, and
 * a frame per slice, each at its place. Patient and study are left empty, and the same content gives the same bytes.
 *
 * @param segments Masks of one size, by name.
 * @param extent With an `affine`: a segmentation says where it lies.
 * @throws RangeError where there is no segment or no affine, or the affine has shear, which DICOM cannot say.
 */
export function encodeDicomSeg(
  segments: Readonly<Record<string, Uint8Array | Float32Array>>,
  extent: Extent,
): Uint8Array {
  const who = 'encodeDicomSeg';
  checkObject(who, 'segments', segments);
  checkObject(who, 'extent', extent);
  const names = Object.keys(segments);
  if (names.length === 0) fail(who, 'segments is empty, expected at least one mask');
  const { width, height, depth = 1, affine } = extent;
  check(affine !== undefined, who, 'extent.affine', affine, 'where the voxels lie', 'other');
  for (const name of names) checkPlane(who, segments[name]!, { ...extent, channels: 1 });
  const lps = turnedLps(affine);
  const sizes = spacingOf(affine);
  const along = (axis: number) => [0, 4, 8].map((row) => lps[row + axis]! / sizes[axis]!);
  const [x, y, z] = [along(0), along(1), along(2)] as const;
  const normal = crossed(x, y);
  const dot = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  if (Math.abs(dot(x, y)) > 1e-4 || Math.abs(Math.abs(dot(z, normal)) - 1) > 1e-4)
    fail(who, 'extent.affine has shear, expected axes at right angles');

  const plane = width * height;
  const frames = names.flatMap((_, segment) =>
    Array.from({ length: depth }, (_, slice) => ({ segment, slice })),
  );
  const bits = new Uint8Array(2 * Math.ceil((plane * frames.length) / 16));
  frames.forEach(({ segment, slice }, frame) => {
    const mask = segments[names[segment]!]!;
    for (let i = 0; i < plane; i++) {
      const at = frame * plane + i;
      if (mask[slice * plane + i]! > 0.5) bits[at >> 3]! |= 1 << (at & 7);
    }
  });
  const seed = createHash('sha256')
    .update(JSON.stringify([names, width, height, depth, affine]))
    .update(bits);
  const digest = seed.digest('hex');
  /** A UID of 128 bits of the content: PS3.5, B.2. */
  const uid = (what: string) =>
    `2.25.${BigInt(`0x${createHash('sha256').update(what).update(digest).digest('hex').slice(0, 32)}`)}`;
  const organization = uid('dimensions');
  const position = (slice: number) => decimals([3, 7, 11].map((at) => lps[at]! + slice * lps[at - 1]!));
  const code = (tag: string, value: string, scheme: string, meaning: string): DicomElement => [
    tag,
    'SQ',
    [
      [
        ['00080100', 'SH', value],
        ['00080102', 'SH', scheme],
        ['00080104', 'LO', meaning],
      ],
    ],
  ];
  const index = (pointer: readonly number[], group: readonly number[]): DicomElement[] => [
    ['00209164', 'UI', organization],
    ['00209165', 'AT', tagBytes(pointer)],
    ['00209167', 'AT', tagBytes(group)],
  ];
  return dicomFile(SEGMENTATION, uid('instance'), [
    ['00080005', 'CS', 'ISO_IR 192'],
    ['00080008', 'CS', 'DERIVED\\PRIMARY'],
    ...empty(['00080020', 'DA'], ['00080030', 'TM'], ['00080050', 'SH'], ['00080090', 'PN']),
    // A segmentation must have a date; that of the clock would make the same content other bytes.
    ['00080023', 'DA', '19700101'],
    ['00080033', 'TM', '000000'],
    ['00080060', 'CS', 'SEG'],
    ['00080070', 'LO', 'DiFF'],
    ['00081090', 'LO', '@diff/datasets'],
    ...empty(
      ['00100010', 'PN'],
      ['00100020', 'LO'],
      ['00100030', 'DA'],
      ['00100040', 'CS'],
      ['00200010', 'SH'],
    ),
    ['00181000', 'LO', '0'],
    ['00181020', 'LO', '0'],
    ['0020000d', 'UI', uid('study')],
    ['0020000e', 'UI', uid('series')],
    ['00200011', 'IS', '1'],
    ['00200013', 'IS', '1'],
    ['00200052', 'UI', uid('frame of reference')],
    ...empty(['00201040', 'LO']),
    ['00209221', 'SQ', [[['00209164', 'UI', organization]]]],
    ['00209222', 'SQ', [index([0x62, 0x0b], [0x62, 0x0a]), index([0x20, 0x32], [0x20, 0x9113])]],
    ['00280002', 'US', [1]],
    ['00280004', 'CS', 'MONOCHROME2'],
    ['00280008', 'IS', `${frames.length}`],
    ['00280010', 'US', [height]],
    ['00280011', 'US', [width]],
    ['00280100', 'US', [1]],
    ['00280101', 'US', [1]],
    ['00280102', 'US', [0]],
    ['00280103', 'US', [0]],
    ['00282110', 'CS', '00'],
    ['00620001', 'CS', 'BINARY'],
    [
      '00620002',
      'SQ',
      names.map((name, i): DicomElement[] => [
        code('00620003', '49755003', 'SCT', 'Morphologically Abnormal Structure'),
        ['00620004', 'US', [i + 1]],
        ['00620005', 'LO', name.replaceAll('\\', '/').slice(0, 64)],
        ['00620008', 'CS', 'AUTOMATIC'],
        ['00620009', 'LO', 'Fusion of masks'],
        code('0062000f', '52988006', 'SCT', 'Lesion'),
      ]),
    ],
    ['00700080', 'CS', 'FUSED'],
    ...empty(['00700081', 'LO'], ['00700084', 'PN']),
    [
      '52009229',
      'SQ',
      [
        [
          ['00209116', 'SQ', [[['00200037', 'DS', decimals([...x, ...y])]]]],
          [
            '00289110',
            'SQ',
            [
              [
                ['00180050', 'DS', decimals([sizes[2]])],
                ['00180088', 'DS', decimals([sizes[2]])],
                ['00280030', 'DS', decimals([sizes[1], sizes[0]])],
              ],
            ],
          ],
        ],
      ],
    ],
    [
      '52009230',
      'SQ',
      frames.map(({ segment, slice }): DicomElement[] => [
        ['00209111', 'SQ', [[['00209157', 'UL', [segment + 1, slice + 1]]]]],
        ['00209113', 'SQ', [[['00200032', 'DS', position(slice)]]]],
        ['0062000a', 'SQ', [[['0062000b', 'US', [segment + 1]]]]],
      ]),
    ],
    ['7fe00010', 'OB', bits],
  ]);
}

/** Elements that must be there and may be empty. */
const empty = (...elements: [string, string][]): DicomElement[] => elements.map(([tag, vr]) => [tag, vr, '']);

/** Decimal strings, of which DICOM takes 16 characters each. */
const decimals = (values: readonly number[]) =>
  values
    .map((value) => {
      for (let digits = 16; digits > 0; digits--) {
        const text = String(Number(value.toPrecision(digits)));
        if (text.length <= 16) return text;
      }
      return '0';
    })
    .join('\\');

const tagBytes = ([group, element]: readonly number[]) =>
  new Uint8Array(Uint16Array.of(group!, element!).buffer);
