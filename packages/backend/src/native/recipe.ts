/** What `diff-native install` builds, each download with the hash that it must have. */
export const tensorflow = '2.21.0';

/** Raised when the same downloads are built in another way, so that what an older release built is not taken. */
const revision = 1;

export interface NpmPackage {
  name: string;
  version: string;
  /** As the npm registry publishes it. */
  integrity: string;
}

export const npmPackages = {
  tfjsNode: {
    name: '@tensorflow/tfjs-node',
    version: '4.22.0',
    integrity:
      'sha512-uHrXeUlfgkMxTZqHkESSV7zSdKdV0LlsBeblqkuKU9nnfxB1pC6DtoyYVaLxznzZy7WQSegjcohxxCjAf6Dc7w==',
  },
  /** What tfjs-node's sources are compiled against: N-API, which is the same for every Node. */
  nodeHeaders: {
    name: 'node-api-headers',
    version: '1.9.0',
    integrity:
      'sha512-2oNILP4jXwRB4ywnYKjVk1YyJ96n2D4EOVJO6S3oYZ5PtbJrw3Yt9TpAuX3nBLMuzn74rnfGQrv13pS9vC+YiA==',
  },
  /** What tfjs-node imports when it starts. */
  protobuf: {
    name: 'google-protobuf',
    version: '3.21.4',
    integrity:
      'sha512-MnG7N936zcKTco4Jd2PX2U96Kf9PxygAPKBug+74LHzmHXmceN16MmRcdgZv+DGef/S9YvQAfRsNCn4cjf9yyQ==',
  },
} satisfies Record<string, NpmPackage>;

export interface Wheel {
  name: string;
  /** Of the file that the Python Package Index publishes; without it, what pip's index says is taken. */
  sha256?: string;
  megabytes: number;
}

/** One wheel serves every Python, since only its C++ libraries and headers are used. */
export const wheelTags = { python: '3.11', abi: 'cp311', platform: 'manylinux_2_27_x86_64' };
export const wheels: Record<'cpu' | 'gpu', Wheel> = {
  cpu: {
    name: 'tensorflow-cpu',
    sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
    megabytes: 274,
  },
  gpu: { name: 'tensorflow', megabytes: 600 },
};

export const folderName = (gpu: boolean): string =>
  `tfjs-node-${npmPackages.tfjsNode.version}-tensorflow-${tensorflow}-${gpu ? 'gpu' : 'cpu'}-linux-x64-${revision}`;
