/**
 * Creation timestamps of objects that no cluster has seen. Linkerd lets the oldest Server win a port, and one without
 * a timestamp counts as older than all others (inbound-semantics A6); a proposed object is in truth younger than
 * everything that exists. It gets a day that no cluster has reached, which needs no clock and says by itself that it
 * is predicted. What is laid over predicted objects comes a second after the youngest of them.
 */
const DAY = '9000-01-01';
const SECONDS_OF_DAY = 86_400;
// As the API server prints them. Text in this form sorts by time.
const TIMESTAMP = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;

/** The timestamp of an object that is younger than one created at `newest`, and than every real one. */
export function youngerThan(newest: string | undefined): string {
  return isPredicted(newest) ? predicted(secondOfDay(newest) + 1) : predicted(0);
}

/** Whether a timestamp is one of `youngerThan`. */
export const isPredicted = (created: string | undefined): created is string =>
  created !== undefined && created.startsWith(DAY);

/** The timestamp that somebody wrote, if the API server could have written it; `null` and nonsense are none. */
export const writtenTimestamp = (text: string | undefined): string | undefined =>
  text !== undefined && TIMESTAMP.test(text) && text < DAY ? text : undefined;

function predicted(second: number): string {
  const last = Math.min(second, SECONDS_OF_DAY - 1);
  const parts = [Math.floor(last / 3600), Math.floor(last / 60) % 60, last % 60];
  return `${DAY}T${parts.map((part) => String(part).padStart(2, '0')).join(':')}Z`;
}

function secondOfDay(timestamp: string): number {
  const [hour = 0, minute = 0, second = 0] = timestamp
    .slice(DAY.length + 1, -1)
    .split(':')
    .map(Number);
  return hour * 3600 + minute * 60 + second;
}
