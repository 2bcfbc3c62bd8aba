import { type Dataset, folder } from '@diff/datasets';

/** The eyes of PAPILA that have a settled diagnosis, with the outlines of four programs and no photographs. */
export const papilaModels = (root: string, size: number): Promise<Dataset> =>
  folder(root, {
    mask: '{id}/{structure}_{rater}.png',
    label: { file: 'labels.csv', id: 'case', diagnosis: 'diagnosis', patient: 'patient' },
    yes: ['glaucoma'],
    no: ['healthy'],
    size,
  }).then((dataset) => dataset.filter(({ diagnosis }) => diagnosis !== undefined));
