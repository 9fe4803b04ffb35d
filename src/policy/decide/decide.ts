import { has, type Client } from '../../algebra/index.js';
import { assertNever } from '../../model/assert-never.js';
import type { Semantics } from '../../model/world.js';
import type { PortPolicy } from '../inbound/port-policy.js';
import { clientOf, type Connection } from './connection.js';
import { consult, type TurnedAway } from './consult.js';
import { rateLimitsOf, type Answer, type Decision, type LayerVerdict, type Outcome } from './decision.js';
import { isAudit, type Grant } from './grant.js';
import { prepare, type Prepared, type PreparedRule } from './prepare.js';
import { isGrpc, type Traffic } from './request.js';

/** Whether what is sent over the connection is let through to a port with this policy, and why (part C). */
export function decide(
  policy: PortPolicy,
  connection: Connection,
  traffic: Traffic,
  semantics: Semantics,
): Decision {
  const prepared = prepare(policy, semantics);
  const consulted = consult(prepared, connection, traffic);
  if (consulted.kind === 'none') return turnedAway(policy, consulted.reason, traffic);
  const client = clientOf(connection, prepared.protocol);
  const rule = consulted.kind === 'rule' ? consulted.rule : undefined;
  const grant = firstApplicable(rule?.grants ?? prepared.tcp, client);
  if (grant === undefined) return unauthorized(policy, prepared, rule, traffic);
  return authorized(policy, rule, grant, client);
}

function firstApplicable(grants: readonly Grant[], client: Client): Grant | undefined {
  for (const grant of grants) if (has(grant.clients, client)) return grant;
  return undefined;
}

const FORWARD: Answer = Object.freeze({ kind: 'forward' });
const REFUSED: Answer = Object.freeze({ kind: 'refused' });

const layer = (outcome: Outcome): readonly LayerVerdict[] =>
  Object.freeze([Object.freeze({ layer: 'linkerd', outcome })]);
const LAYERS: Readonly<Record<Outcome, readonly LayerVerdict[]>> = Object.freeze({
  allow: layer('allow'),
  audit: layer('audit'),
  deny: layer('deny'),
  'not-found': layer('not-found'),
});

function authorized(
  policy: PortPolicy,
  rule: PreparedRule | undefined,
  grant: Grant,
  client: Client,
): Decision {
  const outcome = isAudit(grant) ? 'audit' : 'allow';
  const answer = rule === undefined ? FORWARD : answerOf(rule);
  const { credential } = client;
  const identity = credential.kind === 'identity' ? credential.identity : undefined;
  const limited = rule !== undefined && answer.kind === 'forward' ? policy.rateLimit : undefined;
  return {
    outcome,
    answer,
    reason: 'authorized',
    server: policy.server,
    route: rule?.route,
    rule: rule?.rule,
    authorization: grant.source,
    rateLimits: rateLimitsOf(limited, identity),
    layers: LAYERS[outcome],
  };
}

/** What the filters of the rule make of an authorized request. */
export function answerOf({ filters }: Pick<PreparedRule, 'filters'>): Answer {
  for (const filter of filters) {
    // A redirect that never went through an API server has no status, and is sent with 200.
    if (filter.kind === 'redirect')
      return { kind: 'redirect', status: filter.status ?? 200, redirect: filter };
  }
  return FORWARD;
}

const unauthorized = (
  policy: PortPolicy,
  { problem }: Prepared,
  rule: PreparedRule | undefined,
  traffic: Traffic,
): Decision => ({
  outcome: 'deny',
  answer: rule === undefined ? REFUSED : denial(traffic, 403),
  reason: problem === undefined ? 'no-authorization' : 'invalid-answer',
  server: policy.server,
  route: rule?.route,
  rule: rule?.rule,
  authorization: undefined,
  rateLimits: [],
  layers: LAYERS.deny,
});

const denial = (traffic: Traffic, status: 403 | 404): Answer =>
  isGrpc(traffic)
    ? { kind: 'grpc', code: status === 403 ? 'PermissionDenied' : 'NotFound' }
    : { kind: 'http', status };

function turnedAway(policy: PortPolicy, reason: TurnedAway, traffic: Traffic): Decision {
  const outcome = outcomeOf(reason);
  return {
    outcome,
    answer: outcome === 'deny' ? REFUSED : denial(traffic, 404),
    reason,
    server: policy.server,
    route: undefined,
    rule: undefined,
    authorization: undefined,
    rateLimits: [],
    layers: LAYERS[outcome],
  };
}

function outcomeOf(reason: TurnedAway): 'deny' | 'not-found' {
  switch (reason) {
    case 'direct-needs-identity':
    case 'protocol-mismatch':
      return 'deny';
    case 'no-route':
    case 'no-http-policy':
      return 'not-found';
    default:
      return assertNever(reason);
  }
}
