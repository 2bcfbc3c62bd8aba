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
}

/** What is true of a patient but not written in the picture. Within a diagnosis each is normal with variance 1. */
export interface Latents {
  /** z ~ N(±effect/2, 1): shapes the true contour. */
  severity: number;
  /** v = ρ z + √(1 − ρ²) η, with ρ the image evidence: shapes the edge that the picture shows. */
  visible: number;
  /** c ~ N(0, 1) in health, N(clinicalEvidence, 1) in illness: how ill the record makes the patient look. */
  suspicion: number;
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
 * The area under the ROC curve, in expectation, of the biomarker read from the true masks (`'truth'`), from the edge
 * that the picture shows (`'image'`: no network that sees pictures alone can do better), or from a rater's masks.
 *
 * Severities are normal, so AUC = Φ(Δ / √(2 σ²)) with Δ the distance of the two diagnoses and σ² the variance within
 * one: Δ = effect, σ² = 1 for the truth; Δ = ρ · effect, σ² = 1 for the picture; and for a rater with insight ι,
 * awareness α and noise τ
 *
 *     Δ  = (ι + (1 − ι) ρ) effect + α · clinicalEvidence
 *     σ² = (ι + (1 − ι) ρ)² + (1 − ι)² (1 − ρ²) + α² + τ²
 *
 * Blunders, N(0, 2²) in both diagnoses, make each side a mixture and the AUC a sum of four such terms.
 */
export function expectedAuc(model: CausalModel, of: 'truth' | 'image' | RaterCharacter): number {
  const rho = model.imageEvidence;
  if (of === 'truth') return normalCdf(model.effect / Math.SQRT2);
  if (of === 'image') return normalCdf((rho * model.effect) / Math.SQRT2);
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
