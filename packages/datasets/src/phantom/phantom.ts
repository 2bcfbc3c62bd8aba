import { createDataset, type Dataset } from '../dataset/dataset.js';
import { diagnosisOf, phantomCase, phantomId, presentRaters, structuresOf } from './phantom-case.js';
import type { PhantomKind } from './phantom-kind.js';
import { casesOf, type PhantomOptions, phantomModel } from './phantom-model.js';

/**
 * A dataset that is drawn, not downloaded, with several raters and the truth known. Case `i` depends on the kind, the
 * options and `i` alone, not on how many cases there are; the same seed gives the same bytes.
 *
 * | kind | image | structures | what the disease acts on | raters | ill |
 * |---|---|---|---|---|---|
 * | `fundus` | colour photograph | disc, cup | glaucoma raises the vertical cup-to-disc ratio | 7 | 10 % |
 * | `thyroid` | B-mode ultrasound | nodule | malignancy makes it taller than wide, and lobed | 5 | 55.5 % |
 * | `skin` | dermoscopy | lesion | melanoma makes the border irregular, one half unlike the other | 4 | 19.5 % |
 * | `lung` | CT | nodule | malignancy makes it larger, and spiculated | 4 | 44.7 % |
 *
 * The causal model (docs/phantoms.md): the diagnosis shifts the true severity by `effect` standard deviations, which
 * sets the true shape; the picture shows a severity that correlates with the true one by `imageEvidence`, with edges
 * that fade over a band in which the true edge strays unseen; a rater draws a mixture of what the picture shows, what
 * it hides (by `insight`) and what the patient's record says (by `awareness`), with habits and errors of their own
 * (`raterCharacters`). `predictedAuc` says what each mask is worth; `case.meta.truth` is a `PhantomTruth`.
 *
 * @throws TypeError, RangeError where an option is not what `PhantomOptions` says.
 */
export function phantom(kind: PhantomKind, options: PhantomOptions = {}): Dataset {
  const model = phantomModel(kind, options);
  const structures = structuresOf(kind);
  const entries = Array.from({ length: casesOf(options) }, (_, index) => {
    const names = presentRaters(model, index).map(({ name }) => name);
    return {
      id: phantomId(kind, index),
      diagnosis: diagnosisOf(model, index),
      annotated: Object.fromEntries(structures.map((structure) => [structure, names])),
      index,
    };
  });
  return createDataset({
    name: `${kind} phantom`,
    entries,
    structures,
    raters: model.raters.map(({ name }) => name),
    load: ({ index }) => phantomCase(model, index),
    // Drawing does not wait for files, so there is nothing to win by running ahead.
    prefetch: 0,
  });
}
