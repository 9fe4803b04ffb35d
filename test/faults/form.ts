/** How much is tried: a few minutes in every submission, hours by `make faults`. */

/** `GATEHOUSE_FAULTS=long` is what webhook-operations promises; the default, `short`, is a sample of it. */
export const LONG = process.env['GATEHOUSE_FAULTS'] === 'long';

export const byForm = <T>(short: T, long: T): T => (LONG ? long : short);

const startedAt = performance.now();

/** A line of progress on standard error, with the time since the suite began. */
export function progress(text: string): void {
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  process.stderr.write(`faults ${seconds.padStart(7)} s  ${text}\n`);
}

/** What was measured, for `docs/reliability.md`. */
export function figure(section: number, text: string): void {
  progress(`figure, section ${String(section)}: ${text}`);
}
