/** What the doctor finds out, one thing at a time. */
export const STATUSES = ['ok', 'warn', 'fail'] as const;
export type Status = (typeof STATUSES)[number];

export const CHECK_IDS = [
  'kubernetes',
  'crds',
  'linkerd',
  'deployment',
  'version',
  'service',
  'reachable',
  'webhook',
  'failure-policy',
  'ca-bundle',
  'rights',
  'refuses',
  'admits',
  'fail-closed',
] as const;
export type CheckId = (typeof CHECK_IDS)[number];

export interface Check {
  readonly id: CheckId;
  readonly status: Status;
  readonly text: string;
  /** What to do about it; absent where all is well. */
  readonly fix?: string;
}

export const good = (id: CheckId, text: string): Check => ({ id, status: 'ok', text });
export const doubtful = (id: CheckId, text: string, fix: string): Check => ({
  id,
  status: 'warn',
  text,
  fix,
});
export const bad = (id: CheckId, text: string, fix: string): Check => ({ id, status: 'fail', text, fix });
