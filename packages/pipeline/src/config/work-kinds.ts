/** The kinds of jobs that a run is made of. */
export const workKinds = [
  'judge',
  'guide',
  'fuse',
  'fold judge',
  'shared',
  'train fusion',
  'fuse by network',
  'arm',
  'predict',
  'score',
  'gallery',
] as const;
export type WorkKind = (typeof workKinds)[number];
