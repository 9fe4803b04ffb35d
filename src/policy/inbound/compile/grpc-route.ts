import type { CompilePattern, World } from '../../../model/world.js';
import type { HubSpecs } from '../../../schema/index.js';
import type { StoredPolicy } from '../../objects/stored.js';
import type { GrpcMatch } from '../port-policy.js';
import { convertAll } from './convert-all.js';
import { gatewayGrpcFilter } from './filter.js';
import { headerMatches } from './match.js';
import { readRoute } from './readable.js';
import { toRoute, toRule, type CompiledRoute } from './route.js';

type Kind = 'gateway.networking.k8s.io/GRPCRoute';
type SpecRule = NonNullable<HubSpecs[Kind]['rules']>[number];
type SpecMatch = NonNullable<SpecRule['matches']>[number];

/** A GRPCRoute as inbound policy, or undefined where Linkerd's index ignores it (A12). Absent rules stay none. */
export function compileGrpcRoute(
  stored: StoredPolicy<Kind>,
  { semantics: { compilePattern } }: World,
): CompiledRoute<GrpcMatch> | undefined {
  const spec = readRoute(stored);
  if (spec === undefined) return undefined;
  const rules = convertAll(spec.rules, (rule) =>
    toRule(rule, (match) => grpcMatch(match, compilePattern), gatewayGrpcFilter),
  );
  return toRoute(stored, spec, rules);
}

/** Undefined if a part is invalid; an empty service or method is any. */
function grpcMatch({ method, headers }: SpecMatch, compilePattern: CompilePattern): GrpcMatch | undefined {
  const converted = headerMatches(headers, compilePattern);
  if (converted === undefined || method?.type === 'RegularExpression') return undefined;
  const rpc =
    method === undefined || method === null
      ? undefined
      : { service: present(method.service), method: present(method.method) };
  return { rpc, headers: converted };
}

const present = (text: string | null | undefined): string | undefined =>
  text === null || text === '' ? undefined : text;
