import type { SetOperation } from './set-operation.js';

/** Texts in ascending order of their UTF-16 units, each once. */
export const sortTexts = (texts: readonly string[]): readonly string[] =>
  texts.length < 2 ? texts : [...new Set(texts)].sort();

/** Whether the text is in the ascending list. */
export function containsText(texts: readonly string[], text: string): boolean {
  if (texts.length === 0) return false;
  let low = 0;
  let high = texts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((texts[middle] as string) < text) low = middle + 1;
    else high = middle;
  }
  return texts[low] === text;
}

/** Texts whose membership differs from that of the region they lie in, and that of the region. */
export interface Exceptions {
  readonly listed: readonly string[];
  readonly around: (text: string) => boolean;
}

/** The exceptions of the result of the operation, in one pass over both lists. */
export function combineExceptions(
  first: Exceptions,
  second: Exceptions,
  operation: SetOperation,
): readonly string[] {
  if (first.listed.length === 0 && second.listed.length === 0) return first.listed;
  const result: string[] = [];
  let i = 0;
  let j = 0;
  for (;;) {
    const a = first.listed[i];
    const b = second.listed[j];
    const text = a === undefined || (b !== undefined && b < a) ? b : a;
    if (text === undefined) return result;
    if (a === text) i += 1;
    if (b === text) j += 1;
    const aroundFirst = first.around(text);
    const aroundSecond = second.around(text);
    const member = operation(aroundFirst !== (a === text), aroundSecond !== (b === text));
    if (member !== operation(aroundFirst, aroundSecond)) result.push(text);
  }
}
