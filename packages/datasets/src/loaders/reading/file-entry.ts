import type { Mask } from '../../dataset/case.js';
import type { Entry } from '../../dataset/entry.js';
import type { WantedLayer } from '../../images/layers.js';
import type { Rule } from '../../images/mask-rule.js';
import type { Raster } from '../../images/raster.js';
import type { Size } from '../../images/resample.js';

export interface FileEntry extends Omit<Entry, 'annotated'> {
  image: string;
  /** The other files of its image, where it is a DICOM series of one file per slice. */
  slices?: string[];
  /** There are masks alone; `image` is one of them, to name the case by. */
  imageless?: true;
  masks: MaskFile[];
}

export interface MaskFile {
  structure: string;
  rater: string;
  path: string;
  /** Default: as `ruleOf` finds. */
  value?: Rule | 'degrees';
  /** Of the image, where the file says it and is no picture. */
  size?: Size | undefined;
  /** Which mask is meant of a file that holds several, as a DICOM segmentation does. */
  wanted?: WantedLayer;
  /** For what is not simply a picture of the mask. It has the size of the image. */
  draw?: (context: DrawContext) => Mask | Promise<Mask>;
}

export interface DrawContext {
  image: Raster;
  /** Notes what had to be left out of the mask. */
  note(reason: string): void;
  raster(path: string): Promise<Raster>;
  text(path: string): Promise<string>;
}
