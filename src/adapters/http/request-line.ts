/** What the request line says: the path, and how long the API server waits. */

/** One path for all webhook entries (each gets its own connection pool); `/` is what Linkerd's own webhook serves. */
export const REVIEW_PATHS: readonly string[] = Object.freeze(['/validate', '/']);

export const pathOf = (url: string): string => {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
};

const DEFAULT_SECONDS = 10;
const MAX_SECONDS = 30;
/** Kept back for the way to the API server and for one retry there. */
const RESERVE_MS = 500;

/** Milliseconds for the answer: the API server's `?timeout=<n>s`, 1 to 30, less a reserve. 10 s when absent or odd. */
export function budgetOf(url: string): number {
  const query = url.indexOf('?');
  const values = (query < 0 ? '' : url.slice(query + 1)).split('&').filter((part) => part.startsWith(NAME));
  const seconds = values.length === 1 ? secondsOf(values[0] ?? '') : DEFAULT_SECONDS;
  return seconds * 1_000 - RESERVE_MS;
}

const NAME = 'timeout=';

function secondsOf(parameter: string): number {
  const value = parameter.slice(NAME.length);
  const seconds = /^\d{1,2}s$/.test(value) ? Number.parseInt(value, 10) : DEFAULT_SECONDS;
  return seconds >= 1 && seconds <= MAX_SECONDS ? seconds : DEFAULT_SECONDS;
}
