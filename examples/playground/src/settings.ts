import type { PhantomKind } from '@diff/datasets/phantom';
import { type Engine, engines } from './training/engine.js';

/** What a visitor chose: it goes into the address, so that a link shows the same. Images never do. */
export interface Settings {
  page: 'fuse' | 'diagnosis' | 'train';
  kind: PhantomKind;
  seed: number;
  /** Which of the cases that the seed draws. */
  index: number;
  /** Side of the phantom in pixels. */
  size: number;
  /** Which structure; empty: the last of the case, the innermost. */
  structure: string;
  /** Inside is what is above this. */
  threshold: number;
  /** Where STAPLE judges the raters. */
  judge: 'everywhere' | 'disputed';
  /** Whether what is around the outlines is seen, or all of the image. */
  view: 'outlines' | 'image';
  /** The raters who are left out. */
  without: readonly string[];
  /** How expertness maps are written. */
  maps: 'ExpG' | 'pixels' | 'Fourier';
  /** Which diagnosis the fusion is told. */
  told: 'truth' | 'opposite';
  /** What Take and Give is trained on. */
  engine: Engine;
}

export const pages = ['fuse', 'diagnosis', 'train'] as const;
export const kinds = ['fundus', 'thyroid', 'skin', 'lung'] as const satisfies readonly PhantomKind[];
export const sizes = [64, 128, 256, 512] as const;
export const judged = ['everywhere', 'disputed'] as const;
export const views = ['outlines', 'image'] as const;
export const waysToWrite = ['ExpG', 'pixels', 'Fourier'] as const;
export const tellings = ['truth', 'opposite'] as const;

export const defaults: Settings = {
  page: 'fuse',
  kind: 'fundus',
  seed: 1,
  index: 0,
  size: 256,
  structure: '',
  threshold: 0.5,
  judge: 'everywhere',
  view: 'outlines',
  without: [],
  maps: 'ExpG',
  told: 'truth',
  engine: 'best',
};

interface Field<T> {
  /** `undefined` where the text means nothing. */
  parse(text: string): T | undefined;
  expected: string;
}

const oneOf = <T extends string | number>(values: readonly T[]): Field<T> => ({
  parse: (text) => values.find((value) => String(value) === text),
  expected: `one of ${values.join(', ')}`,
});

const integer = (most: number): Field<number> => ({
  parse: (text) => (/^\d{1,9}$/.test(text) && Number(text) <= most ? Number(text) : undefined),
  expected: `an integer from 0 to ${most}`,
});

const short = (text: string) => (text.length <= 200 ? text : undefined);

const fields: { [K in keyof Settings]: Field<Settings[K]> } = {
  page: oneOf(pages),
  kind: oneOf(kinds),
  seed: integer(999_999),
  index: integer(9999),
  size: oneOf(sizes),
  structure: { parse: short, expected: 'a name' },
  threshold: {
    parse: (text) => (/^0?\.\d{1,3}$/.test(text) && Number(text) > 0 ? Number(text) : undefined),
    expected: 'a number between 0 and 1',
  },
  judge: oneOf(judged),
  view: oneOf(views),
  without: {
    parse: (text) => short(text)?.split(',').filter(Boolean),
    expected: 'names of raters with commas between',
  },
  maps: oneOf(waysToWrite),
  told: oneOf(tellings),
  engine: oneOf(engines),
};

/** Those that say which phantom there is. */
const ofPhantom: readonly (keyof Settings)[] = ['kind', 'seed', 'index', 'size', 'structure', 'without'];

/** The settings of an address's hash, and a sentence about each that means nothing, for which the default is taken. */
export function settingsOf(hash: string): { settings: Settings; problems: string[] } {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  const settings: Record<string, unknown> = { ...defaults };
  const problems: string[] = [];
  for (const [name, text] of given) {
    const field = Object.hasOwn(fields, name) ? fields[name as keyof Settings] : undefined;
    const value = field?.parse(text);
    if (value !== undefined) settings[name] = value;
    else if (field)
      problems.push(`The address says ${name}=${text.slice(0, 40)}, expected ${field.expected}.`);
    else problems.push(`The address says ${name.slice(0, 40)}, expected ${Object.keys(fields).join(', ')}.`);
  }
  return { settings: settings as unknown as Settings, problems };
}

/** The hash of settings: those that are not as they are by default; of the visitor's own files, only what concerns no phantom. */
export function hashOf(settings: Settings, ownFiles = false): string {
  const told = new URLSearchParams();
  for (const name of Object.keys(fields) as (keyof Settings)[]) {
    const text = String(settings[name]);
    if (text !== String(defaults[name]) && !(ownFiles && ofPhantom.includes(name))) told.set(name, text);
  }
  return told.size ? `#${told}` : '';
}
