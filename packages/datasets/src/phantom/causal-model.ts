import type { Diagnosis } from '../dataset/case.js';
import type { Stream } from '../dataset/stream.js';
import type { RaterCharacter } from './rater-characters.js';

/** How strongly each arrow of the phantoms' causal model pulls (docs/phantoms.md draws it). */
export interface CausalModel {
  /** Disease → true shape: how many standard deviations apart the true severities of ill and healthy lie. */
  effect: number;
  /** True shape → picture, in [0, 1]: correlation, within a diagnosis, of the severity the picture shows with the true one. */
  imageEvidence: number;
  /** Disease → patient's record, which only raters see: how many standard deviations it sets ill and healthy apart. */
  clinicalEvidence: number;
  /** Disease → signs in the picture that lie apart from the edge, or none of them. */
  signs: 'edge' | 'apart';
}

/** What is true of a patient but not written in the picture. Within a diagnosis each is normal with variance 1. */
export interface Latents {
  /** z ~ N(±effect/2, 1): shapes the true contour. */
  severity: number;
  /** v = ρ z + √(1 − ρ²) η, with ρ the image evidence: shapes the edge that the picture shows. */
  visible: number;
  /** c ~ N(0, 1) in health, N(clinicalEvidence, 1) in illness: how ill the record makes the patient look. */
  suspicion: number;
  /** How many signs the picture shows apart from the edge, Poisson(3) in health, Poisson(9) in illness; where asked for. */
  signs?: number;
}

const SIGNS = [3, 9] as const;

/** Poisson by Knuth's products of uniform numbers. */
export function signsOf(diagnosis: Diagnosis, random: Stream): number {
  const limit = Math.exp(-SIGNS[diagnosis]);
  let count = 0;
  for (let product = random.uniform(); product > limit; product *= random.uniform()) count++;
  return count;
}

export function latentsOf(model: CausalModel, diagnosis: Diagnosis, random: Stream): Latents {
  const severity = random.normal((diagnosis - 0.5) * model.effect);
  const hidden = Math.sqrt(1 - model.imageEvidence ** 2);
  const visible = model.imageEvidence * severity + hidden * random.normal();
  return { severity, visible, suspicion: random.normal(diagnosis * model.clinicalEvidence) };
}

/** The spread of what a rater draws in a blunder, in standard deviations of the severity. */
const BLUNDER_SPREAD = 2;

/**
 * The severity that a rater draws: `t = (1 − insight) v + insight · z + awareness · c + lean + noise · N(0, 1)`; in
 * a blunder N(0, 2²), whatever the patient has.
 */
export function readingOf(
  latents: Latents,
  rater: RaterCharacter,
  random: Stream,
): { severity: number; blunder: boolean } {
  const slip = random.normal();
  const blunder = random.chance(rater.blunders);
  if (blunder) return { severity: BLUNDER_SPREAD * slip, blunder };
  const seen = (1 - rater.insight) * latents.visible + rater.insight * latents.severity;
  return { severity: seen + rater.awareness * latents.suspicion + rater.lean + rater.noise * slip, blunder };
}

/**
 * The area under the ROC curve, in expectation, of the biomarker read from the true masks (`'truth'`), from all that the
 * picture shows (`'image'`: no network that sees pictures alone can do better), from the number of signs that lie apart
 * from its edge (`'signs'`), or from a rater's masks.
 *
 * Severities are normal, so AUC = Φ(Δ / √(2 σ²)) with Δ the distance of the two diagnoses and σ² the variance within
 * one: Δ = effect, σ² = 1 for the truth; Δ = ρ · effect, σ² = 1 for the picture; and for a rater with insight ι,
 * awareness α and noise τ
 *
 *     Δ  = (ι + (1 − ι) ρ) effect + α · clinicalEvidence
 *     σ² = (ι + (1 − ι) ρ)² + (1 − ι)² (1 − ρ²) + α² + τ²
 *
 * Blunders, N(0, 2²) in both diagnoses, make each side a mixture and the AUC a sum of four such terms.
 *
 * Signs apart from the edge are independent of it within a diagnosis, so their likelihood ratios multiply: with n₁ signs in
 * the ill and n₀ in the healthy, the edge of the picture (Δ = ρ · effect) puts them in order by Φ((Δ² + (n₁ − n₀) log(9/3)) / (Δ √2)).
 */
export function expectedAuc(model: CausalModel, of: 'truth' | 'image' | 'signs' | RaterCharacter): number {
  const rho = model.imageEvidence;
  if (of === 'truth') return normalCdf(model.effect / Math.SQRT2);
  if (of === 'signs') return model.signs === 'apart' ? withSigns(0) : 0.5;
  if (of === 'image') {
    const distance = rho * model.effect;
    return model.signs === 'apart' ? withSigns(distance) : normalCdf(distance / Math.SQRT2);
  }
  const { insight, awareness, noise, blunders, lean } = of;
  const pull = insight + (1 - insight) * rho;
  const health = lean - (pull * model.effect) / 2;
  const illness = lean + (pull * model.effect) / 2 + awareness * model.clinicalEvidence;
  const variance = pull ** 2 + (1 - insight) ** 2 * (1 - rho ** 2) + awareness ** 2 + noise ** 2;
  const mixed = Math.sqrt(variance + BLUNDER_SPREAD ** 2);
  return (
    (1 - blunders) ** 2 * normalCdf((illness - health) / Math.sqrt(2 * variance)) +
    (1 - blunders) * blunders * normalCdf(illness / mixed) +
    (1 - blunders) * blunders * normalCdf(-health / mixed) +
    blunders ** 2 / 2
  );
}

/** The AUC of counted signs together with a normal reading that sets ill and healthy `distance` standard deviations apart. */
function withSigns(distance: number): number {
  const [healthy, ill] = SIGNS.map((rate) => {
    let share = Math.exp(-rate);
    return Array.from({ length: 60 }, (_, n) => {
      if (n > 0) share *= rate / n;
      return share;
    });
  }) as [number[], number[]];
  const each = Math.log(SIGNS[1] / SIGNS[0]);
  const inOrder = (more: number) =>
    distance > 0
      ? normalCdf((distance ** 2 + more * each) / (distance * Math.SQRT2))
      : (Math.sign(more) + 1) / 2;
  return healthy.reduce(
    (sum, p0, n0) => sum + ill.reduce((inner, p1, n1) => inner + p0 * p1 * inOrder(n1 - n0), 0),
    0,
  );
}

/** Φ by the Chebyshev fit of erfc in Numerical Recipes (§6.2), within 1.2e-7. */
function normalCdf(value: number): number {
  const z = Math.abs(value) / Math.SQRT2;
  const t = 1 / (1 + z / 2);
  const coefficients = [
    0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196,
    1.00002368, -1.26551223,
  ];
  const tail = (t * Math.exp(-z * z + coefficients.reduce((sum, c) => sum * t + c, 0))) / 2;
  return value > 0 ? 1 - tail : tail;
}
