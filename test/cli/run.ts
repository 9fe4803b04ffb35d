/** Runs a command in this process and collects what it prints. */
import { Readable } from 'node:stream';
import { main } from '../../src/cli/main.js';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export async function run(
  argv: readonly string[],
  {
    stdin = '',
    env = {},
    colour = false,
  }: { stdin?: string; env?: Record<string, string>; colour?: boolean } = {},
): Promise<Ran> {
  let out = '';
  let err = '';
  const code = await main(argv, {
    stdin: Readable.from([Buffer.from(stdin)]),
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    colour,
    interactive: false,
    env,
    now: () => new Date('2026-11-22T12:00:00Z'),
    clock: () => 0,
  });
  return { code, out, err };
}
