// picocolors: the smallest that is kept and knows NO_COLOR, FORCE_COLOR and dumb terminals.
import picocolors from 'picocolors';

/** Colours where a stream is a terminal, and `NO_COLOR` is not set. */
export const coloursOn = ({ isTTY }: { isTTY?: boolean }) =>
  picocolors.createColors(Boolean(isTTY) && picocolors.isColorSupported);
