/** What to import so that the layers of these networks' own are known. A test holds it against the packages. */
export const layerHomes: Readonly<Record<string, readonly string[]>> = {
  '@diff/tg-model': ['FrozenModel', 'Give', 'Take', 'ZeroMask'],
  '@diff/networks/layers': [
    'DiffAtrousConv',
    'DiffChannelMean',
    'DiffChannels',
    'DiffCropToMask',
    'DiffDenseAtrous',
    'DiffDepthwise',
    'DiffEnlarge',
    'DiffEntropyMap',
    'DiffGaussianSample',
    'DiffGroupNorm',
    'DiffGuidedFilter',
    'DiffInterleave',
    'DiffMirror',
    'DiffPasteToMask',
    'DiffPooledContext',
    'DiffRegionOf',
    'DiffSeABlock',
    'DiffSplitRaters',
    'DiffTileOver',
  ],
  '@diff/networks/segmentation': ['DiffCutOut'],
  '@diff/networks/multi-rater': [
    'DiffAggNetBelief',
    'DiffMaxMigAggregator',
    'DiffSoftAttention',
    'DiffWeightedRaters',
  ],
};

/** The module that registers a layer, by the layer's class name, where it is one of this project's. */
export const homeOf = (layer: string): string | undefined =>
  Object.keys(layerHomes).find((home) => layerHomes[home]!.includes(layer));
