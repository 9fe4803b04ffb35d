/** What a command is given and what it is made of. */
import type { CommandDoc } from '../app/options/split.js';
import type { Flags, ValuesOf } from '../app/options/flag.js';
import type { ExitCode } from './exit-codes.js';

/** The process as commands see it, so that tests can stand in for it. */
export interface Terminal {
  readonly stdin: NodeJS.ReadableStream;
  /** Findings and answers. */
  readonly out: (text: string) => void;
  /** Complaints. */
  readonly err: (text: string) => void;
  readonly colour: boolean;
  /** Whether complaints go to a person at a terminal, who may be told how far a long question is. */
  readonly interactive: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  /** Milliseconds since some moment; never goes back. */
  readonly clock: () => number;
}

export interface Invocation<F extends Flags> {
  readonly values: ValuesOf<F>;
  readonly operands: readonly string[];
  readonly terminal: Terminal;
}

export interface Command {
  readonly doc: CommandDoc;
  readonly flags: Flags;
  readonly run: (invocation: Invocation<Flags>) => Promise<ExitCode>;
}

/** Checks a command's types and forgets them. */
export const defineCommand = <F extends Flags>(
  doc: CommandDoc,
  flags: F,
  run: (invocation: Invocation<F>) => Promise<ExitCode>,
): Command => ({ doc, flags, run: run as Command['run'] });
