/** Why an engine does not start, as a clause, and what to do about it. */
export class Trouble extends Error {
  constructor(
    message: string,
    readonly remedy?: string,
  ) {
    super(message);
  }
}

/** An engine is not installed, or has no device here: nothing is broken. */
export class Absent extends Trouble {}
