import { isCoco, readCoco } from './coco.js';
import { isGeoJson, readGeoJson } from './geojson.js';
import { isLabelStudio, readLabelStudio } from './label-studio.js';
import { isLabelMe, readLabelMe } from './labelme.js';
import type { AnnotatedImage } from './shape.js';

/** A format of outlines in JSON. */
export interface JsonFormat {
  name: string;
  is(json: unknown): boolean;
  read(json: never): AnnotatedImage[];
}

/** Those whose readers need nothing of Node. The first whose mark a file has is its format. */
export const outlineFormats: readonly JsonFormat[] = [
  { name: 'COCO', is: isCoco, read: readCoco },
  { name: 'LabelMe', is: isLabelMe, read: readLabelMe },
  { name: 'GeoJSON', is: isGeoJson, read: readGeoJson },
  { name: 'Label Studio', is: isLabelStudio, read: readLabelStudio },
];
