/** How long a training is. */
export const EPOCHS = 20;
export const STEPS_PER_EPOCH = 5;
