/** What V8 says of a mistake in a program, where a sentence about the file should be. */
const MISTAKE =
  /^FINDING|Cannot (?:read|set|convert|destructure|mix)|is not (?:a function|iterable|defined|a constructor)|\[object |Invalid (?:array|typed array|string|count|code point)|call stack|out of (?:range|bounds|memory)|ERR_|Assignment to constant|BigInt|must be of type/;

/** Whether something that was thrown is a mistake of the program, not what it says of a file. */
export const isMistake = (thrown: unknown): boolean =>
  !(thrown instanceof Error) || !thrown.message.trim() || MISTAKE.test(thrown.message);
