export { type AttentionMap, attentionMaps } from './attention-maps.js';
export { CrossAttention, type CrossAttentionOptions, type Variant } from './cross-attention.js';
export { defaultPatchSize } from './default-patch-size.js';
export { applyFrozen, Frozen } from './frozen.js';
export { Give } from './give.js';
export { Take } from './take.js';
export { type TakeAndGiveOptions, takeAndGive } from './take-and-give.js';
export { type TGNetworkOptions, tgNetwork } from './tg-network.js';
export type { Positions } from './variant.js';
