/** The normal distribution, as far as tests of trend ask for it. */

/** Two-sided 95 %. */
export const Z_95 = 1.959964;

/**
 * The probability that a standard normal variable lies further from 0 than `z` does.
 *
 * The complementary error function by the rational Chebyshev approximation of Numerical Recipes (Press et al., section
 * 6.2), whose relative error is below 1.2e-7 everywhere.
 */
export function twoSidedTail(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.5 * x);
  const polynomial = COEFFICIENTS.reduceRight((sum, coefficient) => sum * t + coefficient, 0);
  return Math.min(1, t * Math.exp(-x * x + polynomial));
}

const COEFFICIENTS = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
  0.17087277,
] as const;
