/** What the user can put right: shown as one sentence, without a stack. */
export class UserError extends Error {
  override name = 'UserError';

  constructor(
    message: string,
    /** 2: bad input; 1: the machine would not, such as a full disk; 130: stopped by the user. */
    readonly exitCode: 1 | 2 | 130 = 2,
  ) {
    super(message);
  }
}
