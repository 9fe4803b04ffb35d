/** `decide`, `whyNot` and `accessOf` against the naive interpreter, on random small policies, clients and requests. */
import { describe, expect, it } from '@jest/globals';
import { has } from '../../../src/algebra/index.js';
import type { CompilePattern, Semantics } from '../../../src/model/world.js';
import { allowedClients, auditedClients } from '../../../src/policy/decide/access.js';
import { clientOf } from '../../../src/policy/decide/connection.js';
import { decide } from '../../../src/policy/decide/decide.js';
import type { Answer, Decision } from '../../../src/policy/decide/decision.js';
import { whyNot } from '../../../src/policy/decide/why-not.js';
import { judge, type Verdict } from '../../oracle/decide.js';
import { mkChance } from '../../oracle/random.js';
import { SEMANTICS } from './builders.js';
import { randomConnection, randomPolicy, randomTraffic } from './random.js';

// Each pattern once: the interpreter compiles anew at every turn, and what it drops is not freed within one test.
const compiled = new Map<string, ReturnType<CompilePattern>>();
const semantics: Semantics = {
  name: 'test',
  compilePattern: (source) => {
    const result = compiled.get(source) ?? SEMANTICS.compilePattern(source);
    compiled.set(source, result);
    return result;
  },
};

const POLICIES = 6_000;
const QUESTIONS = 20;

function answerText(answer: Answer): string {
  switch (answer.kind) {
    case 'redirect':
      return `redirect ${String(answer.status)}`;
    case 'http':
      return String(answer.status);
    case 'grpc':
      return answer.code;
    case 'forward':
    case 'refused':
      return answer.kind;
  }
}

const verdictOf = (decision: Decision): Omit<Verdict, 'inapplicable'> => ({
  outcome: decision.outcome,
  answer: answerText(decision.answer),
  route: decision.route,
  rule: decision.rule,
  authorization: decision.authorization,
  limits: decision.rateLimits.map(({ scope, requestsPerSecond }) => `${scope} ${String(requestsPerSecond)}`),
});

describe('deciding', () => {
  it(`agrees with the naive interpreter ${String(POLICIES * QUESTIONS)} times`, () => {
    const random = mkChance();
    const seen = new Map<string, number>();
    for (let round = 0; round < POLICIES; round += 1) {
      const policy = randomPolicy(random);
      for (let question = 0; question < QUESTIONS; question += 1) {
        const connection = randomConnection(random);
        const traffic = randomTraffic(random);
        const { inapplicable, ...expected } = judge(policy, connection, traffic, semantics);
        const decision = decide(policy, connection, traffic, semantics);
        const failures = whyNot(policy, connection, traffic, semantics);

        const client = clientOf(
          connection,
          decision.reason === 'invalid-answer' ? 'detect' : policy.protocol,
        );
        const { route, rule } = decision;
        const target = route === undefined || rule === undefined ? ('tcp' as const) : { route, rule };
        const asked = decision.reason === 'authorized' || decision.reason === 'no-authorization';

        const context = { seed: random.seed, round, question, policy, connection, traffic };
        const got = {
          ...verdictOf(decision),
          inapplicable: failures.map(({ authorization, failed }) => ({
            authorization,
            network: failed.code === 'network',
          })),
          // As sets.
          allowed: asked && has(allowedClients(policy, target, semantics), client),
          audited: asked && has(auditedClients(policy, target, semantics), client),
        };
        const wanted = {
          ...expected,
          inapplicable,
          allowed: expected.outcome === 'allow' || expected.outcome === 'audit',
          audited: expected.outcome === 'audit',
        };
        // Comparing texts first is what makes so many comparisons quick.
        if (text(got) !== text(wanted)) expect({ ...context, ...got }).toEqual({ ...context, ...wanted });

        for (const word of [
          got.answer,
          decision.outcome,
          decision.reason,
          ...failures.map((f) => f.failed.code),
        ])
          seen.set(word, (seen.get(word) ?? 0) + 1);
      }
    }
    const words = [
      ...['forward', 'redirect 301', 'redirect 200', '403', '404', 'PermissionDenied', 'NotFound', 'refused'],
      ...['allow', 'audit', 'deny', 'not-found'],
      ...['authorized', 'no-authorization', 'no-route', 'protocol-mismatch', 'no-http-policy'],
      ...['direct-needs-identity', 'invalid-answer'],
      ...['network', 'needs-mesh-tls', 'needs-identity', 'identity', 'spiffe-needs-exact'],
      'tls-not-seen-on-opaque-port',
    ];
    expect(words.filter((word) => (seen.get(word) ?? 0) < 200)).toEqual([]);
  });
});

/** `undefined` members count: they are all there on both sides, in the same order. */
const text = (value: unknown): string =>
  JSON.stringify(value, (_, item: unknown) => (item === undefined ? 'undefined' : item));
