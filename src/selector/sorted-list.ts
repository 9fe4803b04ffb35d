/**
 * Immutable lists in ascending order of `id`, used as maps that are cheap to copy: a change copies the one list it
 * touches, which for 10,000 nodes is a copy of memory of some microseconds, and leaves every older version as it was.
 * Their order does not depend on the history of changes.
 */
export interface Identified {
  readonly id: string;
}

/** Up to this many changes at once each is worth a copy of its own; beyond, one merge of both lists is cheaper. */
const SINGLE_CHANGES = 4;

/** The node with the id, or undefined. */
export function find<N extends Identified>(list: readonly N[], id: string): N | undefined {
  const node = list[lowerBound(list, id)];
  return node?.id === id ? node : undefined;
}

/** The list with the node in it, in place of the one of the same id if there is one. */
export function put<N extends Identified>(list: readonly N[], node: N): readonly N[] {
  const at = lowerBound(list, node.id);
  return list[at]?.id === node.id ? list.with(at, node) : list.toSpliced(at, 0, node);
}

/** The list without the id; the same list if it has none. */
export function drop<N extends Identified>(list: readonly N[], id: string): readonly N[] {
  const at = lowerBound(list, id);
  return list[at]?.id === id ? list.toSpliced(at, 1) : list;
}

/** The list with the node of the id made anew; `change` gets undefined for a missing one and returns it to drop one. */
export function update<N extends Identified>(
  list: readonly N[],
  id: string,
  change: (node: N | undefined) => N | undefined,
): readonly N[] {
  const node = change(find(list, id));
  return node === undefined ? drop(list, id) : put(list, node);
}

/** `update` for several ids, which must ascend. */
export function updateAll<N extends Identified>(
  list: readonly N[],
  ids: readonly string[],
  change: (node: N | undefined, id: string) => N | undefined,
): readonly N[] {
  if (ids.length <= SINGLE_CHANGES) {
    return ids.reduce((result, id) => update(result, id, (node) => change(node, id)), list);
  }
  const result: N[] = [];
  let at = 0;
  for (const id of ids) {
    for (let node = list[at]; node !== undefined && node.id < id; node = list[++at]) result.push(node);
    const old = list[at]?.id === id ? list[at++] : undefined;
    const made = change(old, id);
    if (made !== undefined) result.push(made);
  }
  for (let node = list[at]; node !== undefined; node = list[++at]) result.push(node);
  return result;
}

/** The nodes in ascending order of id, each once. Sorts and shortens the given array. */
export function sortUnique<N extends Identified>(nodes: N[]): N[] {
  nodes.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  return nodes.filter((node, at) => at === 0 || node.id !== nodes[at - 1]?.id);
}

function lowerBound(list: readonly Identified[], id: string): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle] as Identified).id < id) low = middle + 1;
    else high = middle;
  }
  return low;
}
