/** Lets timers, input and signals through: the engines hold the thread otherwise. */
export const macrotask = () => new Promise<void>((resolve) => setTimeout(resolve));
