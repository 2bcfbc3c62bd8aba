/** The paper's own segmentation networks: with Take and Give, and without. */
export const tgNetworks = ['T&G', 'Baseline-Seg'] as const;
