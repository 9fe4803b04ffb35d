/**
 * The annotation `gatehouse.dev/accept`: one `code [until YYYY-MM-DD] reason` a line (product description,
 * section 1). A line that begins with `#` and an empty line say nothing.
 */

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
    if (hasDate && !isDate(until)) faults.push({ line, cause: 'no date' });
    else if (reason === '') faults.push({ line, cause: 'no reason' });
    else acceptances.push({ code, reason, line, ...(until === undefined ? {} : { until }) });
  }
  return { acceptances, faults };
}

/** Whether `text` is a day of the calendar. */
function isDate(text: string | undefined): boolean {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text ?? '') ?? [];
  if (year === undefined) return false;
  const days = [31, isLeapYear(Number(year)) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][
    Number(month) - 1
  ];
  return days !== undefined && Number(day) >= 1 && Number(day) <= days;
}

const isLeapYear = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
