/** `4.2 s`, `3 min 20 s`, `2 h 05 min`, `3.5 days`. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const pad = (x: number) => String(x).padStart(2, '0');
  if (whole >= 2 * 86_400) return `${(whole / 86_400).toFixed(1)} days`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${pad(Math.floor((whole % 3600) / 60))} min`;
}
