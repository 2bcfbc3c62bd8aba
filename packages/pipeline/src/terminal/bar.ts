/** `████░░░░░░  42 %`: the share that is done, in eighths of a cell. */
export function bar(share: number, cells = 20): string {
  const within = Math.min(1, Math.max(0, share));
  const eighths = Math.floor(within * cells * 8);
  const whole = eighths >> 3;
  const part = whole < cells ? ' ▏▎▍▌▋▊▉'[eighths & 7]! : '';
  const filled = '█'.repeat(whole) + part.trim();
  return `${filled.padEnd(cells, '░')} ${String(Math.floor(within * 100)).padStart(3)} %`;
}
