/** What commands exit with; documented in the README, stable. */
export const EXIT = {
  /** Nothing to report. */
  fine: 0,
  /** There were findings at or above the threshold. */
  findings: 1,
  /** The command could not run: a bad flag, an unreadable file, a busy port. */
  failed: 2,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
