import { POLICY_GROUP } from '../../../schema/index.js';
import type { RateLimit } from '../../../policy/inbound/port-policy.js';
import type { HttpLocalRateLimit, HttpLocalRateLimit_Limit } from '../gen/inbound.js';
import { resourceMetadata } from './metadata.js';

/** The kind keeps its spelling here, unlike an authorization's. */
export const toRateLimit = ({ name, total, identity, overrides }: RateLimit): HttpLocalRateLimit => ({
  metadata: resourceMetadata({ group: POLICY_GROUP, kind: 'HTTPLocalRateLimitPolicy', name }),
  total: toLimit(total),
  identity: toLimit(identity),
  overrides: overrides.map(({ requestsPerSecond, clients }) => ({
    limit: { requestsPerSecond },
    clients: { identities: clients.map((client) => ({ name: client })) },
  })),
});

const toLimit = (requestsPerSecond: number | undefined): HttpLocalRateLimit_Limit | undefined =>
  requestsPerSecond === undefined ? undefined : { requestsPerSecond };
