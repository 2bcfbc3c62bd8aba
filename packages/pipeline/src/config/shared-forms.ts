import { perPlace, perRater, type SharedForm } from '@diff/fusion/df-gt';

/** How shared expertness is written, by the name of what has a weight of its own. */
const forms = {
  rater: () => perRater(),
  structure: () => perRater({ byStructure: true }),
  place: () => perPlace(),
} satisfies Record<string, () => SharedForm>;

export type FormName = keyof typeof forms;
export const formNames = Object.keys(forms) as FormName[];
export const formNamed = (name: FormName): SharedForm => forms[name]();
