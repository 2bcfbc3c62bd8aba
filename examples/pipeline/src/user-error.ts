/** What the user can put right: shown as one sentence, without a stack. */
export class UserError extends Error {
  override name = 'UserError';

  constructor(
    message: string,
    /** 2: bad input; 130: stopped by the user. */
    readonly exitCode: 2 | 130 = 2,
  ) {
    super(message);
  }
}
