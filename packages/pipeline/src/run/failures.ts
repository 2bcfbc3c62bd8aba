import { UserError } from '../user-error.js';

const FAULTS: Record<string, string> = {
  ENOSPC: 'no space is left on the device',
  EFBIG: 'a file would be larger than is allowed',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'it cannot be written to',
  EACCES: 'it cannot be written to',
  EPERM: 'it cannot be written to',
  EIO: 'the device fails',
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'there is a file of that name',
  EISDIR: 'there is a folder of that name',
  ENAMETOOLONG: 'its name is too long',
  ENOENT: 'there is no such place',
  EBUSY: 'it is in use',
  ENOTSUP: 'it does not keep files',
  EINVAL: 'it does not keep files',
};

/**
 * What a user can put right, as a sentence; any other error as it is. Faults are told by their message, the only thing
 * of an error that surely passes between threads.
 *
 * @param folder Where it was to write. Default: the path that the error names.
 */
export function explained(error: unknown, folder?: string): unknown {
  if (error instanceof UserError || !(error instanceof Error)) return error;
  const queue = /^queue: (.*)/s.exec(error.message)?.[1];
  if (queue)
    return new UserError(`${queue}; all else that is done is kept, and the same command tries it again`, 1);
  const code = /\b(E[A-Z]{2,}): /.exec(error.message)?.[1];
  // Of a renaming, where to.
  const place = folder ?? /.*'([^']+)'/s.exec(error.message)?.[1] ?? 'the disk';
  if (code && FAULTS[code])
    return new UserError(
      `cannot write to ${place}: ${FAULTS[code]}; once that is put right, the same command goes on`,
      1,
    );
  const damaged = /^(?:train: )?(\S.* is (?:damaged|not a whole safetensors file): .*)/s.exec(
    error.message,
  )?.[1];
  if (damaged) return new UserError(`${damaged}; the same command makes it anew`, 1);
  const lost = /^runJobs: (.*)/s.exec(error.message)?.[1];
  if (lost)
    return new UserError(
      `${lost.replace(/ended its worker twice: .*memory[^;()]*/, 'ran out of memory, twice')}; what does not need it is done, and the same command tries it again`,
      1,
    );
  const diverged = /train: (the loss is .*)/s.exec(error.message)?.[1];
  if (diverged) return new UserError(diverged);
  return error;
}
