/** Which two states the operands and flags of a comparison name. */
import { fail, ok, type Result } from '../model/result.js';

export interface StateFlags {
  readonly manifests: readonly string[];
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  readonly toManifests: readonly string[];
  readonly toKubeconfig: string | undefined;
  readonly toContext: string | undefined;
}

/** Where the objects of a state come from: manifests, a cluster, or manifests over a cluster. */
export interface StateSource {
  readonly paths: readonly string[];
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
}

export interface TwoStates {
  readonly first: StateSource;
  /** `laid`: manifests over the first state. */
  readonly second:
    | { readonly kind: 'laid'; readonly paths: readonly string[] }
    | { readonly kind: 'own'; readonly source: StateSource };
}

const STDIN = '-';

/** The states, or everything that is wrong with how they are named. */
export function twoStates(
  operands: readonly string[],
  flags: StateFlags,
): Result<TwoStates, readonly string[]> {
  const { manifests, kubeconfig, context, toManifests, toKubeconfig, toContext } = flags;
  const based = manifests.length > 0 || kubeconfig !== undefined;
  const aimed = toManifests.length > 0 || toKubeconfig !== undefined || toContext !== undefined;
  const faults: string[] = [];
  if (aimed && operands.length > 0)
    faults.push('the second state is either what the operands lay over the first, or what --to-… names');
  else if (aimed && !based) faults.push('name the first state with --manifests or --kubeconfig');
  else if (!aimed && !based && operands.length !== 2)
    faults.push(
      'name two states: OLD NEW; or a first one with --manifests or --kubeconfig, and PATHs to lay over it or a second one with --to-manifests or --to-kubeconfig',
    );
  else if (!aimed && based && operands.length === 0)
    faults.push('name what to compare with: PATHs to lay over the first state, or --to-…');
  const last = toKubeconfig ?? (toContext === undefined ? undefined : kubeconfig);
  if (toContext !== undefined && last === undefined)
    faults.push('--to-context needs a kubeconfig: --to-kubeconfig or --kubeconfig');
  const paths = [...operands, ...manifests, ...toManifests];
  if (paths.filter((path) => path === STDIN).length > 1) faults.push('standard input can be read only once');
  if (faults.length > 0) return fail(faults);
  if (aimed)
    return ok({
      first: { paths: manifests, kubeconfig, context },
      second: { kind: 'own', source: { paths: toManifests, kubeconfig: last, context: toContext } },
    });
  if (based)
    return ok({
      first: { paths: manifests, kubeconfig, context },
      second: { kind: 'laid', paths: operands },
    });
  const [old = '', next = ''] = operands;
  const none = { kubeconfig: undefined, context: undefined };
  return ok({
    first: { paths: [old], ...none },
    second: { kind: 'own', source: { paths: [next], ...none } },
  });
}
