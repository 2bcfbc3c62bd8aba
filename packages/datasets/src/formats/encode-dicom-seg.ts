import { createHash } from 'node:crypto';
import { check, checkObject, checkString, fail } from '@diff/checks';
import type { DicomSource } from '../dataset/dicom-source.js';
import { spacingOf } from '../images/affine.js';
import { crossed, turnedLps } from '../images/lps.js';
import { checkPlane, type Extent } from '../images/sized.js';
import { SEGMENTATION } from './dicom-seg.js';
import { ABOUT } from './dicom-source.js';
import { type DicomElement, dicomFile } from './dicom-writer.js';

/**
 * Masks of one image as the bytes of a binary DICOM segmentation: a segment per name, where its values are above 0.5, and
 * a frame per slice, each at its place. The same content gives the same bytes. With `extent.dicom`, as `readImage` and the loaders give it of a DICOM
 * image, the segmentation is of its patient, study and frame of reference, and refers to its files; else these are left empty, or made
 * up where DICOM wants them.
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
  const { width, height, depth = 1, affine, dicom } = extent;
  if (dicom !== undefined) checkSource(who, dicom, depth);
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
    .update(JSON.stringify([names, width, height, depth, affine, dicom]))
    .update(bits);
  const digest = seed.digest('hex');
  /** A UID of 128 bits of the content: PS3.5, B.2. */
  const uid = (what: string) =>
    `2.25.${BigInt(`0x${createHash('sha256').update(what).update(digest).digest('hex').slice(0, 32)}`)}`;
  const organization = uid('dimensions');
  const position = (slice: number) => decimals([3, 7, 11].map((at) => lps[at]! + slice * lps[at - 1]!));
  const index = (pointer: readonly number[], group: readonly number[]): DicomElement[] => [
    ['00209164', 'UI', organization],
    ['00209165', 'AT', tagBytes(pointer)],
    ['00209167', 'AT', tagBytes(group)],
  ];
  return dicomFile(SEGMENTATION, uid('instance'), [
    ['00080005', 'CS', 'ISO_IR 192'],
    ['00080008', 'CS', 'DERIVED\\PRIMARY'],
    ...Object.entries(ABOUT).map(([tag, vr]): DicomElement => [tag, vr, dicom?.about[tag] ?? '']),
    ...(dicom?.series ? [seriesOf(dicom)] : []),
    // A segmentation must have a date; that of the clock would make the same content other bytes.
    ['00080023', 'DA', '19700101'],
    ['00080033', 'TM', '000000'],
    ['00080060', 'CS', 'SEG'],
    ['00080070', 'LO', 'DiFF'],
    ['00081090', 'LO', '@diff/datasets'],
    ['00181000', 'LO', '0'],
    ['00181020', 'LO', '0'],
    ['0020000d', 'UI', dicom?.study ?? uid('study')],
    ['0020000e', 'UI', uid('series')],
    ['00200011', 'IS', '1'],
    ['00200013', 'IS', '1'],
    ['00200052', 'UI', dicom?.frame ?? uid('frame of reference')],
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
        ...(dicom ? [derivedFrom(dicom, slice)] : []),
        ['00209111', 'SQ', [[['00209157', 'UL', [segment + 1, slice + 1]]]]],
        ['00209113', 'SQ', [[['00200032', 'DS', position(slice)]]]],
        ['0062000a', 'SQ', [[['0062000b', 'US', [segment + 1]]]]],
      ]),
    ],
    ['7fe00010', 'OB', bits],
  ]);
}

function checkSource(who: string, dicom: DicomSource, depth: number): void {
  checkObject(who, 'extent.dicom', dicom);
  checkString(who, 'extent.dicom.sopClass', dicom.sopClass);
  checkObject(who, 'extent.dicom.about', dicom.about);
  const { instances } = dicom;
  const isList = Array.isArray(instances) && (instances.length === 1 || instances.length === depth);
  check(isList, who, 'extent.dicom.instances', instances, `1 or ${depth} UIDs, one for each slice`, 'other');
  for (const [i, instance] of instances.entries()) checkString(who, `extent.dicom.instances[${i}]`, instance);
}

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

const fileOf = ({ sopClass }: DicomSource, instance: string): DicomElement[] => [
  ['00081150', 'UI', sopClass],
  ['00081155', 'UI', instance],
];

/** The files of the series that was segmented: PS3.3 C.12.4. */
const seriesOf = (dicom: DicomSource): DicomElement => [
  '00081115',
  'SQ',
  [
    [
      ['0008114a', 'SQ', dicom.instances.map((instance) => fileOf(dicom, instance))],
      ['0020000e', 'UI', dicom.series!],
    ],
  ],
];

/** The file, and the frame of it, that a slice was segmented on: PS3.3 C.7.6.16.2.6. */
function derivedFrom(dicom: DicomSource, slice: number): DicomElement {
  const frame = dicom.frames?.[slice];
  const source: DicomElement[] = [
    ...fileOf(dicom, dicom.instances[slice] ?? dicom.instances[0]!),
    ...(frame === undefined ? [] : ([['00081160', 'IS', `${frame}`]] as DicomElement[])),
    code('0040a170', '121322', 'DCM', 'Source image for image processing operation'),
  ];
  return [
    '00089124',
    'SQ',
    [[['00082112', 'SQ', [source]], code('00089215', '113076', 'DCM', 'Segmentation')]],
  ];
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
