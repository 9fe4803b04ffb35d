/** Every item converted, in order; undefined as soon as one cannot be. An absent list is an empty one. */
export function convertAll<T, R>(
  items: readonly T[] | null | undefined,
  convert: (item: T) => R | undefined,
): readonly R[] | undefined {
  const converted: R[] = [];
  for (const item of items ?? []) {
    const result = convert(item);
    if (result === undefined) return undefined;
    converted.push(result);
  }
  return converted;
}
