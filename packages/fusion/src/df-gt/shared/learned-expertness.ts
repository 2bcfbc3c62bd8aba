import { check, checkInteger, checkObject, checkString, fail, show } from '@diff/checks';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { caseBatch, type DiagnosedCase } from '../case-batch.js';
import { checkCase } from '../check-case.js';
import { sha256 } from '../sha256.js';
import { amortised } from './amortised.js';
import { floatsToText, textToFloats } from './float-text.js';
import { fuseShared, sharedWeights } from './fuse-shared.js';
import { perPlace } from './per-place.js';
import { perRater } from './per-rater.js';
import type { SharedForm, SharedShape } from './shared-form.js';

/** A case fused by expertness that was learned from others. Maps are row-major, `height · width`. */
export interface AppliedExpertness {
  /** The fused label of each structure, in [0, 1]. */
  fused: Record<string, Float32Array>;
  /** `expertness[structure][rater]`; over the raters who outlined the structure it sums to 1 at every pixel. */
  expertness: Record<string, Record<string, Float32Array>>;
}

/** Expertness to apply to new cases. */
export interface LearnedExpertness {
  structures: readonly string[];
  /** Empty where raters are anonymous. */
  raters: readonly string[];
  /** Channels of the images that it looks at; 0 where it looks at none. */
  imageChannels: number;
  /**
   * Fuses a case, never looking at its diagnosis.
   *
   * @throws RangeError where it has a rater who was not there to learn from (unless raters are anonymous), or lacks a
   *   structure.
   */
  apply(one: Omit<DiagnosedCase, 'diagnosis'>): Promise<AppliedExpertness>;
  /** All of it as JSON text, exact to the bit, with a checksum; `loadExpertness` reads it. */
  save(): Promise<string>;
}

const forms = { perRater, perPlace, amortised };
const FORMAT = 'diff expertness 1';
const CALLER = 'apply';

interface Saved {
  format: string;
  form: SharedForm['name'];
  options: SharedForm['options'];
  shape: SharedShape;
  structures: readonly string[];
  raters: readonly string[];
  parameters: string[];
}

export function learnedExpertness(
  form: SharedForm,
  {
    structures,
    raters,
    imageChannels,
  }: { structures: readonly string[]; raters: readonly string[]; imageChannels: number },
  parameters: readonly Float32Array[],
): LearnedExpertness {
  const shape = { imageChannels, structures: structures.length, raters: raters.length };
  return {
    structures,
    raters: form.named ? raters : [],
    imageChannels: form.seesImage ? imageChannels : 0,
    async apply(one) {
      const at = checkCase(CALLER, one, { diagnosed: false });
      const given = new Set(structures.flatMap((s) => Object.keys(one.annotations[s] ?? {})));
      const stranger = form.named && [...given].find((rater) => !raters.includes(rater));
      if (stranger)
        fail(at, `rater is ${show(stranger)}, expected one of ${raters.join(', ').slice(0, 100)}`);
      if (form.seesImage && one.image.channels !== imageChannels)
        fail(at, `image.channels is ${one.image.channels}, expected ${imageChannels}`);
      const batch = caseBatch(CALLER, [one], {
        structures,
        raters: form.named ? raters : undefined,
        diagnosed: false,
      });
      const live = restored(form, shape, parameters);
      try {
        const [label, maps] = tf.tidy(() => {
          const logits = live.logits(batch);
          const weights = sharedWeights(logits, batch);
          return [fuseShared(logits, batch), tf.add(weights, tf.zerosLike(batch.annotations))] as Tensor[];
        });
        const [fused, expertness] = await Promise.all([label!.data(), maps!.data()]);
        tf.dispose([label!, maps!]);
        const count = batch.raters.length;
        const every = (values: ArrayLike<number>, start: number, stride: number) =>
          Float32Array.from({ length: values.length / stride }, (_, p) => values[start + p * stride]!);
        const named = <T>(keys: readonly string[], make: (index: number) => T) =>
          Object.fromEntries(keys.map((key, index) => [key, make(index)]));
        return {
          fused: named(structures, (s) => every(fused, s, structures.length)),
          expertness: named(structures, (s) =>
            named(batch.raters, (r) => every(expertness, s * count + r, structures.length * count)),
          ),
        };
      } finally {
        live.dispose();
        batch.dispose();
      }
    },
    async save() {
      const saved: Saved = {
        format: FORMAT,
        form: form.name,
        options: form.options,
        shape,
        structures,
        raters,
        parameters: parameters.map(floatsToText),
      };
      return JSON.stringify({ sha256: await sealOf(saved), ...saved }, null, 2);
    },
  };
}

/** SHA-256 of the content: white space between its parts may change, what they say may not. */
const sealOf = (saved: Saved) => sha256(new TextEncoder().encode(JSON.stringify(saved)));

/**
 * Reads what `save` wrote, on this machine or another. One changed digit is noticed.
 *
 * @throws RangeError where the text is something else, or damaged.
 */
export async function loadExpertness(text: string): Promise<LearnedExpertness> {
  const caller = 'loadExpertness';
  checkString(caller, 'text', text);
  let read: Saved & { sha256?: string };
  try {
    read = JSON.parse(text) as typeof read;
  } catch {
    fail(caller, 'the text is not JSON, expected what save() wrote');
  }
  const { sha256: seal, ...saved } = read ?? {};
  if (saved?.format !== FORMAT || !Object.hasOwn(forms, saved.form))
    fail(
      caller,
      `format is ${show(saved?.format)}, form ${show(saved?.form)}, expected '${FORMAT}' and one of ${Object.keys(forms).join(', ')} in text`,
    );
  if (seal === undefined)
    fail(
      caller,
      'the text has no checksum: it was written by an older version or another program, expected what save() wrote',
    );
  const actual = await sealOf(saved);
  if (actual !== seal)
    fail(
      caller,
      `the text is damaged: its SHA-256 is ${actual.slice(0, 12)}…, expected ${show(seal)}, which is written in it`,
    );
  checkSaved(caller, saved);
  const form = forms[saved.form](saved.options);
  const parameters = saved.parameters.map((one) => textToFloats(caller, one));
  restored(form, saved.shape, parameters).dispose();
  const { structures, raters, shape } = saved;
  return learnedExpertness(form, { structures, raters, imageChannels: shape.imageChannels }, parameters);
}

function checkSaved(caller: string, { options, shape, structures, raters, parameters }: Saved): void {
  checkObject(caller, 'options', options);
  checkObject(caller, 'shape', shape);
  checkInteger(caller, 'shape.imageChannels', shape.imageChannels, 0);
  checkInteger(caller, 'shape.structures', shape.structures, 1);
  checkInteger(caller, 'shape.raters', shape.raters, 1);
  const texts = { structures, raters, parameters };
  for (const [what, list] of Object.entries(texts)) {
    check(Array.isArray(list), caller, what, list, 'an array of texts', 'other');
    for (const [i, text] of list.entries()) checkString(caller, `${what}[${i}]`, text);
  }
}

/** The form's parameters with these values. */
export function restored(form: SharedForm, shape: SharedShape, values: readonly Float32Array[]) {
  const live = form.create(shape, 0);
  const lengths = live.variables.map(({ size }) => size);
  if (values.length !== lengths.length || values.some((one, i) => one.length !== lengths[i])) {
    live.dispose();
    throw new RangeError(
      `loadExpertness: parameters have ${values.map((one) => one.length)} values, expected ${lengths} for ${form.name}`,
    );
  }
  tf.tidy(() => {
    live.variables.forEach((variable, i) => {
      variable.assign(tf.tensor(values[i]!.slice(), variable.shape));
    });
  });
  return live;
}
