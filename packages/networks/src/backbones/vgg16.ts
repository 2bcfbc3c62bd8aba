/** The convolutional blocks of VGG16 (Simonyan & Zisserman 2015): channels as multiples of the width, and how many convolutions. */
export const vgg16 = [
  [1, 2],
  [2, 2],
  [4, 3],
  [8, 3],
  [8, 3],
] as const;
