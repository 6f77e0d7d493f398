/** Length of a phasor. Not `Math.hypot`, whose last bit is the platform's. */
export function magnitude(re: number, im: number): number {
  return Math.sqrt(re * re + im * im);
}
