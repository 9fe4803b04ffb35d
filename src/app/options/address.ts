/** Listen addresses: `HOST:PORT`, `PORT`, or `off`. */
import { quote } from '../../model/text.js';
import { fail, ok, type Result } from '../../model/result.js';

export interface ListenAddress {
  /** Absent where only a port was given: the default host of the mode. */
  readonly host?: string;
  /** 0..65535; 0 lets the system choose. */
  readonly port: number;
}

/** Reads an address; `off` is undefined. */
export function parseListen(text: string): Result<ListenAddress | undefined, string> {
  if (text === 'off') return ok(undefined);
  const [, bracketed, plain, digits] = /^(?:\[([0-9a-fA-F:.]+)\]:|([^:[\]\s]*):)?(\d{1,5})$/.exec(text) ?? [];
  const port = digits === undefined ? Number.NaN : Number(digits);
  if (!(port <= 65_535)) return fail(`${quote(text)} is neither HOST:PORT nor PORT nor off`);
  const host = bracketed ?? plain;
  return ok(host === undefined || host === '' ? { port } : { host, port });
}

/** A flag's parser with a default address. */
export const listen =
  (fallback: string) =>
  (texts: readonly string[] | undefined): Result<ListenAddress | undefined, string> =>
    parseListen(texts?.at(-1) ?? fallback);
