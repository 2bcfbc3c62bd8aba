import type { DiagnosedCase } from '../case-batch.js';

/** An array of cases, or anything that loads them one by one. */
export interface CaseList<C extends DiagnosedCase = DiagnosedCase> {
  readonly length: number;
  at(index: number): C | undefined | Promise<C | undefined>;
}

/** What has to be known of all cases beforehand; the pictures are not kept. */
export interface Survey {
  /** Whose case it is: `patient`, else `id`, else its place in the list. */
  patients: string[];
  diagnoses: number[];
  /** Of each case: which of `raters` outlined every structure. */
  outlined: boolean[][];
  structures: readonly string[];
  /** In natural order. */
  raters: readonly string[];
  imageChannels: number;
}

/** @throws RangeError, TypeError where there is no case, a diagnosis is missing, or all are the same. */
export async function survey(
  caller: string,
  cases: CaseList<DiagnosedCase & { patient?: string }>,
  names: { structures?: readonly string[]; raters?: readonly string[] },
): Promise<Survey> {
  const patients: string[] = [];
  const diagnoses: number[] = [];
  const raters = new Set<string>();
  const whole: Set<string>[] = [];
  let structures = names.structures;
  let imageChannels = 0;
  for (let i = 0; i < cases.length; i++) {
    const one = await caseAt(caller, cases, i);
    if (one.diagnosis !== 0 && one.diagnosis !== 1)
      throw new TypeError(`${caller}: diagnosis of case ${one.id ?? i} is ${one.diagnosis}, expected 0 or 1`);
    structures ??= Object.keys(one.annotations).sort();
    imageChannels = one.image.channels;
    patients.push(one.patient ?? one.id ?? `case ${i}`);
    diagnoses.push(one.diagnosis);
    const by = structures.map((structure) => {
      const masks = one.annotations[structure] ?? {};
      return Object.keys(masks).filter((rater) => masks[rater]);
    });
    for (const rater of by.flat()) raters.add(rater);
    whole.push(new Set(by[0]?.filter((rater) => by.every((names) => names.includes(rater)))));
  }
  if (!structures) throw new RangeError(`${caller}: cases is empty, expected at least two`);
  if (new Set(diagnoses).size < 2)
    throw new RangeError(
      `${caller}: every one of the ${diagnoses.length} cases has diagnosis ${diagnoses[0]}, expected both 0 and 1`,
    );
  const found = [...raters].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const named = names.raters ?? found;
  const outlined = whole.map((names) => named.map((rater) => names.has(rater)));
  return { patients, diagnoses, outlined, structures, raters: named, imageChannels };
}

export async function caseAt<C extends DiagnosedCase>(
  caller: string,
  cases: CaseList<C>,
  index: number,
): Promise<C> {
  const one = await cases.at(index);
  if (!one) throw new RangeError(`${caller}: there is no case ${index} of ${cases.length}`);
  return one;
}
