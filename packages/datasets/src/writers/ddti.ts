import { jpeg } from '../formats/jpeg.js';
import { grey } from '../images/grey.js';
import { outlines } from '../images/trace-outline.js';
import type { OutputLayout } from './output.js';

/** DDTI as published: one rater's polygons in XML. A diagnosis of 1 becomes TI-RADS 4c, 0 becomes 3. */
export const ddti: OutputLayout = {
  structures: 'one',
  keeps: { raters: '1', splits: [], diagnoses: true, outlines: 'several' },
  async files(one, [structure]) {
    const parts = outlines(one.agreed(structure!), one.image.width, one.image.height);
    const svg = JSON.stringify(parts.map((points) => ({ points, annotation: {}, regionType: 'freehand' })));
    const empty = ['age', 'sex', 'composition', 'echogenicity', 'margins', 'calcifications'];
    const tirads = one.diagnosis === undefined ? '' : one.diagnosis === 1 ? '4c' : '3';
    const xml = [
      '<case>',
      `<number>${one.number}</number>`,
      ...empty.map((name) => `<${name}></${name}>`),
      `<tirads>${tirads}</tirads>`,
      '<reportbacaf></reportbacaf>',
      '<reporteco></reporteco>',
      `<mark><image>1</image><svg>${parts.length ? svg : ''}</svg></mark>`,
      '</case>\n',
    ];
    return [
      [`${one.number}.xml`, xml.join('\n')],
      [`${one.number}_1.jpg`, await jpeg(grey(one.image))],
    ];
  },
};
