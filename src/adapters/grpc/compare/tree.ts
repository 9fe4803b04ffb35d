/**
 * A message as it is compared: what has an order, what has names, and what is one of several. Whoever sent it, it can
 * be made of every message that can be decoded: numbers that this version does not know have a text too.
 */
export type Tree =
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'members'; readonly members: Readonly<Record<string, Tree | undefined>> }
  /** A oneof; `of` is undefined where none is set, or one that this version does not know. */
  | { readonly is: 'choice'; readonly of: string | undefined; readonly value: Tree }
  /** Texts whose order has no meaning; the same one may come several times. */
  | { readonly is: 'set'; readonly items: readonly string[] }
  | { readonly is: 'named'; readonly ordered: boolean; readonly items: readonly Named[] }
  | { readonly is: 'list'; readonly items: readonly Tree[] };

export interface Named {
  readonly name: string;
  readonly value: Tree;
}

export const text = (value: string | number | bigint): Tree => ({ is: 'text', text: String(value) });
export const members = (given: Readonly<Record<string, Tree | undefined>>): Tree => ({
  is: 'members',
  members: given,
});
export const list = (items: readonly Tree[]): Tree => ({ is: 'list', items });
export const set = (items: readonly string[]): Tree => ({ is: 'set', items });
export const choice = (of: string | undefined, value: Tree = members({})): Tree => ({
  is: 'choice',
  of,
  value,
});

/** What a reader sees of a part of a message. */
export type Shown = string | readonly Shown[] | { readonly [member: string]: Shown };

export function show(tree: Tree): Shown {
  switch (tree.is) {
    case 'text':
      return tree.text;
    case 'set':
      return [...tree.items].sort();
    case 'list':
      return tree.items.map(show);
    case 'named':
      return tree.items.map(({ value }) => show(value));
    case 'choice':
      return { [tree.of ?? 'unknown']: show(tree.value) };
    case 'members':
      return Object.fromEntries(
        Object.entries(tree.members).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, show(value)]],
        ),
      );
  }
}
