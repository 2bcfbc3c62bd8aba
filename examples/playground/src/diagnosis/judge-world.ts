/** The phantoms that the diagnosis network of this page was trained on, and which it is asked about. */
export const judgeWorld = { size: 64, prevalence: 0.5 } as const;

/** The channels of its mask, in order. */
export const judgeStructures = ['cup', 'disc'] as const;
