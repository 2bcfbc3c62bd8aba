import fc from 'fast-check';

// Property tests draw the same inputs every time. DIFF_SEED=2 draws others.
fc.configureGlobal({ seed: Number(process.env.DIFF_SEED ?? 1) });
