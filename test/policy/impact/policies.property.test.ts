/** The impact of one policy in place of another against brute force, on random policies, clients and requests. */
import { describe, expect, it } from '@jest/globals';
import type { PortPolicy, Route, RouteRef } from '../../../src/policy/inbound/port-policy.js';
import { impactOfPolicies } from '../../../src/policy/impact/impact-of-policies.js';
import type { Side } from '../../../src/policy/impact/side.js';
import { mkChance, type Chance } from '../../oracle/random.js';
import { SEMANTICS } from '../decide/builders.js';
import { randomConnection, randomPolicy, randomTraffic } from '../decide/random.js';
import { expectForetold, expectWitnessed } from './brute-force.js';

const ROUNDS = Number(process.env['GATEHOUSE_ROUNDS'] ?? 1_500);
const QUESTIONS = 40;

/** Some parts of one policy and some of another. */
function mixed(random: Chance, policy: PortPolicy): PortPolicy {
  const other = randomPolicy(random);
  const from = (): PortPolicy => (random.chance(0.5) ? policy : other);
  const routes = <M>(mine: readonly Route<M>[], others: readonly Route<M>[]): Route<M>[] =>
    [
      ...mine,
      ...others.map((route) => ({
        ...route,
        ref: { ...route.ref, name: `other-${route.ref.name}` } as RouteRef,
      })),
    ]
      .filter(() => random.chance(0.7))
      .sort(() => (random.chance(0.5) ? 1 : -1));
  return {
    ...policy,
    authorizations: from().authorizations,
    httpRoutes: routes(policy.httpRoutes, other.httpRoutes),
    grpcRoutes: routes(policy.grpcRoutes, other.grpcRoutes),
    rateLimit: from().rateLimit,
  };
}

function randomSide(random: Chance, beside: PortPolicy): Side {
  if (random.chance(0.03)) return 'unenforced';
  if (random.chance(0.03)) return 'absent';
  return random.chance(0.5) ? mixed(random, beside) : randomPolicy(random);
}

const mentionsPattern = (side: Side): boolean =>
  typeof side === 'object' &&
  JSON.stringify([...side.httpRoutes, ...side.grpcRoutes].map(({ rules }) => rules)).includes('"regex"');

describe('impactOfPolicies', () => {
  const random = mkChance();

  it(`tells of every client and request what two decisions tell (seed ${String(random.seed)})`, () => {
    let differences = 0;
    let open = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const policy = randomPolicy(random);
      const other = randomSide(random, policy);
      const [before, after] = random.chance(0.5) ? [policy, other] : [other, policy];
      const asked = { before, after, semantics: SEMANTICS };
      const impact = impactOfPolicies(before, after, SEMANTICS);
      expect(impact.complete).toBe(true);
      if (![before, after].some(mentionsPattern)) expect(impact.exact).toBe(true);
      for (const region of impact.regions) {
        expectWitnessed(asked, region);
        if (region.witness === undefined) {
          open += 1;
          expect(impact.exact).toBe(false);
        }
      }
      for (let n = 0; n < QUESTIONS; n += 1) {
        if (expectForetold(asked, impact, randomConnection(random), randomTraffic(random))) differences += 1;
      }
    }
    // The comparison says something only where there is something to see.
    expect(differences).toBeGreaterThan(ROUNDS);
    expect(open).toBeGreaterThan(0);
  });
});
