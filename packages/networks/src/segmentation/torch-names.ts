/** How an official PyTorch release calls the layers of one of the networks here. */
export interface TorchNames {
  /** A tensor that this release has and the others do not. */
  mark: string;
  /** Of the first convolution: its channels are `width` / `share`, and its inputs the image's. */
  first: string;
  share: 1 | 2;
  /** Of the last one: its outputs are the structures. */
  last: string;
  /** The release's name of a layer; undefined where it has none. */
  layer(name: string): string | undefined;
  /** Layers of the release that its forward pass does not use, and copies of others under a second name. */
  idle?: RegExp;
}

/** What stands in a name before and after what `pattern` finds, with another text in its place; undefined where it finds nothing. */
const renamed = (name: string, pattern: RegExp, to: (...parts: string[]) => string) => {
  const found = pattern.exec(name);
  return found ? to(...found.slice(1)) : undefined;
};

/** The first answer that is none. */
const firstOf = (...answers: (string | undefined)[]) => answers.find((answer) => answer !== undefined);

/** Of HzFu/AGNet. */
const agNet: TorchNames = {
  mark: 'attentionblock5.psi.weight',
  ...{ first: 'down1.encode.0.conv.weight', share: 2, last: 'side_5.weight' },
  layer(name) {
    const part = (kind: string, i: string) => `${Number(i) - 1}.${kind === 'gn' ? 'gn' : 'conv'}`;
    return firstOf(
      renamed(
        name,
        /^encoder\.(\d)\.(conv|gn)(\d)$/,
        (level, kind, i) => `down${+level! + 1}.encode.${part(kind!, i!)}`,
      ),
      renamed(name, /^centre\.(conv)(\d)$/, (kind, i) => `center.encode.${part(kind!, i!)}`),
      renamed(
        name,
        /^decoder\.(\d)\.(conv|gn)(\d)$/,
        (level, kind, i) => `up${8 - +level!}.decode.${part(kind!, i!)}`,
      ),
      renamed(name, /^decoder\.(\d)\.(theta|phi|psi)$/, (level, of) => `attentionblock${8 - +level!}.${of}`),
      renamed(name, /^image\.(\d)$/, (level) => `conv${+level! + 1}.encode.0`),
      renamed(name, /^side\.(\d)$/, (level) => `side_${8 - +level!}`),
    );
  },
};

/** Of Guzaiwang/CE-Net. */
const ceNet: TorchNames = {
  mark: 'dblock.dilate1.weight',
  ...{ first: 'firstconv.weight', share: 1, last: 'finalconv3.weight' },
  layer(name) {
    const alone: Readonly<Record<string, string>> = {
      ...{ conv1: 'firstconv', bn1: 'firstbn', rmp: 'spp.conv', logits: 'finalconv3' },
      ...{ 'final.deconv': 'finaldeconv1', 'final.conv': 'finalconv2' },
      ...{ 'dac/d1': 'dblock.dilate1', 'dac/d3': 'dblock.dilate2', 'dac/d5': 'dblock.dilate3' },
      'dac/c': 'dblock.conv1x1',
    };
    return firstOf(
      alone[name],
      renamed(name, /^layer(\d\..*)$/, (rest) => `encoder${rest}`),
      renamed(name, /^(decoder\d)\.(\d)\.bn$/, (decoder, i) => `${decoder}.norm${i}`),
      renamed(name, /^(decoder\d)\.deconv$/, (decoder) => `${decoder}.deconv2`),
      renamed(name, /^(decoder\d\.conv[13])$/, (same) => same!),
    );
  },
};

/** Of emma-sjwang/BEAL, and of the DeepLab that it took its MobileNetV2 from. */
const beal: TorchNames = {
  mark: 'decoder.last_conv_boundary.0.weight',
  ...{ first: 'backbone.features.0.0.weight', share: 2, last: 'decoder.last_conv.3.weight' },
  idle: /^backbone\.(low|high)_level_features\./,
  layer(name) {
    const alone: Readonly<Record<string, string>> = {
      ...{ 'mobile.stem': 'backbone.features.0.0', 'mobile.stem.bn': 'backbone.features.0.1' },
      ...{ 'aspp.image': 'aspp.global_avg_pool.1', 'aspp.image.bn': 'aspp.global_avg_pool.2' },
      ...{ 'aspp.project': 'aspp.conv1', 'aspp.project.bn': 'aspp.bn1' },
      ...{ low: 'decoder.conv1', 'low.bn': 'decoder.bn1' },
      ...{ 'boundary.1': 'decoder.last_conv_boundary.0', 'boundary.1.bn': 'decoder.last_conv_boundary.1' },
      ...{ 'boundary.2': 'decoder.last_conv_boundary.4', 'boundary.2.bn': 'decoder.last_conv_boundary.5' },
      'boundary.scores': 'decoder.last_conv_boundary.8',
      ...{ 'masks.bn': 'decoder.last_conv.0', scores: 'decoder.last_conv.3' },
    };
    const rates = ['1', '6', '12', '18'];
    return firstOf(
      alone[name],
      renamed(name, /^mobile\.(\d+)\.(expand|depthwise|project)(\.bn)?$/, (block, part, norm) => {
        // The first block does not expand.
        const at = { expand: -3, depthwise: 0, project: 3 }[part!]! + (block === '0' ? 0 : 3);
        return `backbone.features.${+block! + 1}.conv.${at + (norm ? 1 : 0)}`;
      }),
      renamed(
        name,
        /^aspp\.(\d+)(\.bn)?$/,
        (rate, norm) => `aspp.aspp${rates.indexOf(rate!) + 1}.${norm ? 'bn' : 'atrous_conv'}`,
      ),
    );
  },
};

/** Of haifangong/TRFE-Net-for-thyroid-nodule-segmentation, `model/trfe.py`. */
const trfeNet: TorchNames = {
  mark: 'conv10t.weight',
  ...{ first: 'conv1.conv.0.weight', share: 1, last: 'conv10.weight' },
  idle: /^(up\d_align|reduction6)\./,
  layer(name) {
    const inside = (kind: string, i: string) => 3 * (Number(i) - 1) + (kind === 'bn' ? 1 : 0);
    const own = (decoder: string) => (decoder === 'gland' ? 't' : '');
    return firstOf(
      { gland: 'conv10t', logits: 'conv10' }[name],
      renamed(
        name,
        /^encoder\.(\d)\.(conv|bn)(\d)$/,
        (level, kind, i) => `conv${+level! + 1}.conv.${inside(kind!, i!)}`,
      ),
      renamed(
        name,
        /^(gland|nodule)\.(\d)\.(conv|bn)(\d)$/,
        (of, level, kind, i) => `conv${9 - +level!}${own(of!)}.conv.${inside(kind!, i!)}`,
      ),
      renamed(name, /^(gland|nodule)\.(\d)\.up$/, (of, level) => `up${9 - +level!}${own(of!)}`),
    );
  },
};

/** The networks whose official release is PyTorch. */
export const torchNames = { agNet, ceNet, beal, trfeNet };
