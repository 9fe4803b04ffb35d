/**
 * Something outside the user's objects went wrong and somebody can do something about it: a file, a certificate, a
 * flag, the network. `code` is stable and never reused; `hint` says what to do.
 */
export class OperationalError extends Error {
  readonly code: string;
  declare readonly hint?: string;

  constructor(code: string, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, Object.hasOwn(options, 'cause') ? { cause: options.cause } : undefined);
    this.name = 'OperationalError';
    this.code = code;
    if (options.hint !== undefined) this.hint = options.hint;
  }
}
