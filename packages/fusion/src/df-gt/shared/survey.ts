import { check, fail, namesInOrder, show } from '@diff/checks';
import type { DiagnosedCase } from '../case-batch.js';
import { checkCase } from '../check-case.js';

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

export const namesOf = ({ structures, raters }: Survey) => ({ structures, raters });

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
  checkList(caller, cases);
  for (let i = 0; i < cases.length; i++) {
    const one = await caseAt(caller, cases, i);
    checkCase(caller, one, { place: `cases[${i}]` });
    structures = namesInOrder(caller, 'structures', structures, Object.keys(one.annotations));
    imageChannels = one.image.channels;
    patients.push(one.patient ?? one.id ?? `case ${i}`);
    diagnoses.push(one.diagnosis!);
    const by = structures.map((structure) => {
      if (!Object.hasOwn(one.annotations, structure))
        fail(caller, `structures has ${show(structure)}, expected names that cases[${i}] has too`);
      const masks = one.annotations[structure]!;
      return Object.keys(masks).filter((rater) => masks[rater]);
    });
    for (const rater of by.flat()) raters.add(rater);
    whole.push(new Set(by[0]?.filter((rater) => by.every((names) => names.includes(rater)))));
  }
  if (!structures || cases.length === 0) fail(caller, 'cases is empty, expected at least two');
  if (new Set(diagnoses).size < 2)
    fail(
      caller,
      `every one of the ${diagnoses.length} cases has diagnosis ${diagnoses[0]}, expected both 0 and 1`,
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
  checkCase(caller, one, { place: `cases[${index}]`, diagnosed: false });
  return one as C;
}

function checkList(who: string, cases: unknown): void {
  const list = (typeof cases === 'object' ? cases : undefined) as Partial<CaseList> | null | undefined;
  const ok = typeof list?.at === 'function' && Number.isSafeInteger(list.length) && !ArrayBuffer.isView(list);
  check(ok, who, 'cases', cases, 'an array of cases, or what has their length and at()', 'other');
}
