/** So many steps a fusion makes. */
export const ITERATIONS = 120;
