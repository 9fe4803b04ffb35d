/**
 * The annotation `gatehouse.dev/accept`: one `code [until YYYY-MM-DD] reason` a line (product description,
 * section 1). A line that begins with `#` and an empty line say nothing.
 */
import { isDay } from '../../model/day.js';

export const ACCEPT_ANNOTATION = 'gatehouse.dev/accept';

export interface Acceptance {
  readonly code: string;
  /** The last day on which it holds, `YYYY-MM-DD`. */
  readonly until?: string;
  readonly reason: string;
  /** The line as written. */
  readonly line: string;
}

export interface AcceptanceFault {
  readonly line: string;
  readonly cause: 'no reason' | 'no date';
}

/** The acceptances of an annotation, in order, and the lines that are none. */
export function parseAcceptances(text: string): {
  readonly acceptances: readonly Acceptance[];
  readonly faults: readonly AcceptanceFault[];
} {
  const acceptances: Acceptance[] = [];
  const faults: AcceptanceFault[] = [];
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const [code = '', ...words] = line.split(/\s+/);
    const hasDate = words[0] === 'until';
    const until = hasDate ? words[1] : undefined;
    const reason = words.slice(hasDate ? 2 : 0).join(' ');
    if (hasDate && !isDay(until ?? '')) faults.push({ line, cause: 'no date' });
    else if (reason === '') faults.push({ line, cause: 'no reason' });
    else acceptances.push({ code, reason, line, ...(until === undefined ? {} : { until }) });
  }
  return { acceptances, faults };
}
