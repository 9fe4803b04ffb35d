/** Ends a switch over a closed union: a variant that was forgotten fails to compile. */
export function assertNever(value: never): never {
  throw new Error(`unexpected variant ${JSON.stringify(value)}`);
}
