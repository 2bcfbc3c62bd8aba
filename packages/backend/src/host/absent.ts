/** An engine is not installed, or has no device here: nothing is broken. */
export class Absent extends Error {}
