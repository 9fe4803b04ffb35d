/** The version of this package, from its package.json. */
import { readFileSync } from 'node:fs';

let found: string | undefined;

export function version(): string {
  found ??= (
    JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
  ).version;
  return found;
}
