import type dicomParser from 'dicom-parser';
import type { DicomSource } from '../dataset/dicom-source.js';
import { itemsOf } from './dicom-file.js';

/** Patient and study: what every object that is made of an image shares with it. PS3.3 C.7.1.1 and C.7.2.1. */
export const ABOUT: Readonly<Record<string, string>> = {
  '00080020': 'DA',
  '00080030': 'TM',
  '00080050': 'SH',
  '00080090': 'PN',
  '00100010': 'PN',
  '00100020': 'LO',
  '00100030': 'DA',
  '00100040': 'CS',
  '00200010': 'SH',
};

/** Character sets whose bytes are read as texts; of others what is not ASCII is left out. */
const DECODERS: Readonly<Record<string, string>> = { 'ISO_IR 192': 'utf-8', 'ISO_IR 100': 'latin1' };

/** What an image is called; `undefined` where it has no name of its own. */
export function sourceOf(file: dicomParser.DataSet): DicomSource | undefined {
  const text = (tag: string) => file.string(tag)?.trim() || undefined;
  const [sopClass, instance] = [text('x00080016'), text('x00080018')];
  if (!sopClass || !instance) return undefined;
  const [series, study, frame] = [text('x0020000e'), text('x0020000d'), text('x00200052')];
  return {
    sopClass,
    instances: [instance],
    ...(series && { series }),
    ...(study && { study }),
    ...(frame && { frame }),
    about: Object.fromEntries(
      Object.keys(ABOUT).flatMap((tag) => {
        const value = decoded(file, tag);
        return value ? [[tag, value]] : [];
      }),
    ),
  };
}

function decoded(file: dicomParser.DataSet, tag: string): string | undefined {
  const element = file.elements[`x${tag}`];
  if (!element?.length) return undefined;
  const bytes = file.byteArray.subarray(element.dataOffset, element.dataOffset + element.length);
  const set = DECODERS[file.string('x00080005')?.trim() ?? ''];
  if (!set && bytes.some((byte) => byte > 126)) return undefined;
  return new TextDecoder(set ?? 'latin1').decode(bytes).replace(/[\0 ]+$/, '');
}

/** What a segmentation or a structure set says of the images that it was made on. */
export interface References {
  frame?: string;
  /** UIDs of files. */
  instances: readonly string[];
}

/** References of a segmentation: PS3.3 C.12.4. */
export function segReferences(file: dicomParser.DataSet): References {
  const series = itemsOf(file, 'x00081115').flatMap((one) => itemsOf(one, 'x0008114a'));
  return references(file.string('x00200052'), series);
}

/** References of a structure set: PS3.3 C.8.8.5 and C.8.8.6. */
export function rtReferences(file: dicomParser.DataSet): References {
  const [frame] = itemsOf(file, 'x30060010');
  const images = itemsOf(file, 'x30060010')
    .flatMap((one) => itemsOf(one, 'x30060012'))
    .flatMap((study) => itemsOf(study, 'x30060014'))
    .flatMap((series) => itemsOf(series, 'x30060016'));
  return references(frame?.string('x00200052') ?? file.string('x00200052'), images);
}

function references(frame: string | undefined, items: readonly dicomParser.DataSet[]): References {
  const instances = items.flatMap((item) => item.string('x00081155')?.trim() || []);
  const named = frame?.trim();
  return { ...(named && { frame: named }), instances };
}
