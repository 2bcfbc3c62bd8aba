export { type AttentionOptions, affinities, attention, type BlockSize } from './attention.js';
export { CrossAttention, type CrossAttentionOptions, type Variant } from './cross-attention.js';
export { gelu } from './gelu.js';
export { Give } from './give.js';
export { defaultPatchSize, fromPatches, patchGrid, toPatches } from './patches.js';
export { sinePositions } from './positions.js';
export { Take } from './take.js';
export type { Positions } from './variant.js';
