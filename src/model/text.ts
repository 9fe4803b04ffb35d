/**
 * Wording shared by all messages: lower case, no full stop, no line breaks; what the user wrote stands in quotes.
 * Values are cut at 80 characters and control characters are escaped, so that a crafted object cannot write
 * lines of its own into a terminal or a log.
 */

const LIMIT = 80;

/** The value as the user wrote it, in JSON spelling, at most about 80 characters. */
export function quote(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? 'nothing' : escapeControls(cut(text));
}

/** A name or a piece of YAML that holds text of the user's, in backticks; cut and escaped as by `quote`. */
export const backticks = (text: string): string => `\`${escapeControls(cut(text))}\``;

/** The first 80 characters, and an ellipsis where there are more; never half a surrogate pair. */
const cut = (text: string): string =>
  text.length > LIMIT ? `${text.slice(0, LIMIT).replace(/[\uD800-\uDBFF]$/u, '')}…` : text;

/** Text with control characters and line separators spelt out. */
export function escapeControls(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** `a`, `a or b`, `a, b or c`. */
export function orList(words: readonly string[]): string {
  return joinList(words, 'or');
}

/** `a`, `a and b`, `a, b and c`. */
export function andList(words: readonly string[]): string {
  return joinList(words, 'and');
}

function joinList(words: readonly string[], last: string): string {
  if (words.length <= 1) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${last} ${words[words.length - 1] ?? ''}`;
}

/** `1 problem`, `2 problems`. */
export const count = (n: number, noun: string): string => `${String(n)} ${noun}${n === 1 ? '' : 's'}`;

/** With ASCII letters in lower case and no others changed: for `toLowerCase` the Kelvin sign is a k. */
export const asciiLower = (text: string): string =>
  text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
