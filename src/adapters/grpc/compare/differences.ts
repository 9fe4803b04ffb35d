/** Where two Server messages differ, and what that means. Authorizations have no order; routes have one. */
import type { Server } from '../gen/inbound.js';
import { serverTree } from './server-tree.js';
import { show, type Named, type Shown, type Tree } from './tree.js';
import { wordsOf, type DifferenceKind } from './words.js';

export interface Difference {
  readonly kind: DifferenceKind;
  /** Fields as in proto3 JSON; of lists with names the name, of others the index: `authorizations[default probe]`. */
  readonly path: string;
  /** Undefined for what only the other has. */
  readonly ours: Shown | undefined;
  readonly theirs: Shown | undefined;
  /** What it means, in a few words. */
  readonly words: string;
}

type Found = Omit<Difference, 'words'>;

/** In the order of the fields; empty where a proxy would do the same with either. */
export const differences = (ours: Server, theirs: Server): readonly Difference[] =>
  [...compare('', serverTree(ours), serverTree(theirs))].map((found) => ({
    ...found,
    words: wordsOf(found),
  }));

function* compare(path: string, ours: Tree | undefined, theirs: Tree | undefined): Generator<Found> {
  if (ours === undefined || theirs === undefined) {
    if (ours !== undefined) yield { kind: 'only-ours', path, ours: show(ours), theirs: undefined };
    if (theirs !== undefined) yield { kind: 'only-theirs', path, ours: undefined, theirs: show(theirs) };
    return;
  }
  if (ours.is === 'members' && theirs.is === 'members') {
    const names = new Set([...Object.keys(ours.members), ...Object.keys(theirs.members)]);
    for (const name of names) yield* compare(join(path, name), ours.members[name], theirs.members[name]);
  } else if (ours.is === 'choice' && theirs.is === 'choice') {
    if (ours.of === theirs.of)
      yield* compare(ours.of === undefined ? path : join(path, ours.of), ours.value, theirs.value);
    else
      yield { kind: 'changed', path, ours: ours.of ?? 'nothing known', theirs: theirs.of ?? 'nothing known' };
  } else if (ours.is === 'set' && theirs.is === 'set') {
    const [left, right] = [without(ours.items, theirs.items), without(theirs.items, ours.items)];
    if (left.length > 0 && right.length > 0) yield { kind: 'changed', path, ours: left, theirs: right };
    else if (left.length > 0) yield { kind: 'only-ours', path, ours: left, theirs: undefined };
    else if (right.length > 0) yield { kind: 'only-theirs', path, ours: undefined, theirs: right };
  } else if (ours.is === 'named' && theirs.is === 'named') yield* compareNamed(path, ours, theirs);
  else if (ours.is === 'list' && theirs.is === 'list') {
    const length = Math.max(ours.items.length, theirs.items.length);
    for (let i = 0; i < length; i++) yield* compare(`${path}[${String(i)}]`, ours.items[i], theirs.items[i]);
  } else if (ours.is !== 'text' || theirs.is !== 'text' || ours.text !== theirs.text)
    yield { kind: 'changed', path, ours: show(ours), theirs: show(theirs) };
}

function* compareNamed(
  path: string,
  ours: Tree & { readonly is: 'named' },
  theirs: Tree & { readonly is: 'named' },
): Generator<Found> {
  const [left, right] = [byName(ours.items), byName(theirs.items)];
  if (ours.ordered) {
    const [mine, yours] = [
      [...left.keys()].filter((name) => right.has(name)),
      [...right.keys()].filter((name) => left.has(name)),
    ];
    if (mine.some((name, i) => name !== yours[i]))
      yield { kind: 'order', path, ours: [...left.keys()], theirs: [...right.keys()] };
  }
  for (const name of new Set([...left.keys(), ...right.keys()]))
    yield* compare(`${path}[${name}]`, left.get(name), right.get(name));
}

/** The second of a name is told apart by a number. */
function byName(items: readonly Named[]): Map<string, Tree> {
  const found = new Map<string, Tree>();
  for (const { name, value } of items) {
    let unique = name;
    for (let i = 2; found.has(unique); i++) unique = `${name} #${String(i)}`;
    found.set(unique, value);
  }
  return found;
}

/** What is left of `items` when each of `others` takes one away; sorted. */
function without(items: readonly string[], others: readonly string[]): string[] {
  const rest = [...items].sort();
  for (const other of others) {
    const at = rest.indexOf(other);
    if (at !== -1) rest.splice(at, 1);
  }
  return rest;
}

const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);
