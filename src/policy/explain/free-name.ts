/** Names for objects that are proposed. */
import { isDnsSubdomain } from '../../model/label-syntax.js';
import type { KindId } from '../../schema/index.js';
import { find, type State } from '../state/state.js';

/** `wanted`, made a name if it is none, or the first of `wanted-2`, `wanted-3` … that no object of the kind has. */
export function freeName(state: State, kind: KindId, namespace: string, wanted: string): string {
  const short = wanted.slice(0, 240).replace(/[-.]+$/, '');
  const base = isDnsSubdomain(short) ? short : 'proposed';
  let name = base;
  for (let n = 2; find(state, kind, namespace, name) !== undefined; n += 1) name = `${base}-${String(n)}`;
  return name;
}
