export type { Case, Diagnosis, Image, Mask } from './case.js';
