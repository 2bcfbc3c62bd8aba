import { expect, test } from 'vitest';
import { area, read } from '../fixtures/read.js';
import { folderOf, photo } from '../fixtures/temporary.js';
import { papila } from './papila.js';

test('PAPILA: the two eyes are one patient; a suspect counts as the caller says', async () => {
  const contour = '1.0 1.0\n6 1\n6 6\n1 6\n';
  const table = 'ID,,,\n,Age,Gender,Diagnosis\n,,,\n#002,47,0,2\n#004,58,1,7\n#009,1,1,1\n';
  const root = await folderOf({
    'FundusImages/RET002OD.jpg': await photo(),
    'FundusImages/RET002OS.jpg': await photo(),
    'FundusImages/RET004OD.jpg': await photo(),
    'ExpertsSegmentations/Contours/RET002OD_disc_exp1.txt': contour,
    'ExpertsSegmentations/Contours/RET002OD_disc_exp2.txt': `${contour}n/a\n30 2\n`,
    'ExpertsSegmentations/Contours/RET002OD_cup_exp1.txt': '2 2\n3 2\n3 3\n2 3\n',
    'ExpertsSegmentations/Contours/RET002ODcup_exp2.txt': '1 1\n2 2\n',
    'ExpertsSegmentations/ImagesWithContours/Opht_cont_RET002OD.jpg': await photo(),
    'ClinicalData/patient_data_od.csv': table,
    'ClinicalData/patient_data_os.csv': 'ID,,,\n,Age,Gender,Diagnosis\n,,,\n#002,47,0,1\n',
  });
  const { cases, told } = await read(await papila(root, { missing: 'keep' }));
  const { RET002OD, RET002OS, RET004OD } = cases;
  expect([RET002OD!.patient, RET002OS!.patient]).toEqual(['RET002', 'RET002']);
  expect([RET002OD!.diagnosis, RET002OS!.diagnosis, RET004OD!.diagnosis]).toEqual([undefined, 1, undefined]);
  expect(area(RET002OD!.annotations.disc!['1'])).toBe(36);
  expect(area(RET002OD!.annotations.cup!['1'])).toBe(4);
  expect(told.filter((line) => !line.includes('lacks'))).toEqual([
    'ClinicalData/patient_data_od.csv, row 5: unknown label "7"',
    'ClinicalData/patient_data_od.csv, row 6: names patient #009, whose image is not there',
    'ExpertsSegmentations/Contours/RET002OD_disc_exp2.txt: 1 lines that are no points were left out',
    'ExpertsSegmentations/Contours/RET002OD_disc_exp2.txt: 1 points lie outside the image of 12×12 pixels',
    'ExpertsSegmentations/Contours/RET002ODcup_exp2.txt: 2 points, too few for an outline',
  ]);
  expect((await papila(root, { suspects: 1 })).entries[0]!.diagnosis).toBe(1);
});
