/** Decides an assertion, exactly: by sets of clients and regions of requests, not by trying some. */
import { difference, intersect, isEmpty, unionAll, type ClientSet } from '../../algebra/index.js';
import type { Semantics } from '../../model/world.js';
import type { Traffic } from '../decide/request.js';
import { trafficOf } from '../endpoints/traffic.js';
import type { PortPolicy } from '../inbound/port-policy.js';
import type { CallAssertion, May, RequestChoice } from './assertion.js';
import type { ExpectedClients } from './clients.js';
import { askedOf, type Asked } from './requests.js';
import type { ExpectedTarget } from './targets.js';

/** Clients for which a port does not do what is expected. */
export interface Violation {
  readonly target: ExpectedTarget;
  /** Each of them; never empty. */
  readonly clients: ClientSet;
  /**
   * What they send; undefined where patterns leave it open whether there is such a request, so that the assertion is
   * not proven.
   */
  readonly traffic: Traffic | undefined;
}

/** One violation for each target that has any, the targets in their order. */
export function violationsOf(
  { may, request }: CallAssertion,
  targets: readonly ExpectedTarget[],
  { clients, semantics }: { readonly clients: ExpectedClients; readonly semantics: Semantics },
): readonly Violation[] {
  const known = new Map<PortPolicy, Asked>();
  const asked = (policy: PortPolicy): Asked => {
    let found = known.get(policy);
    if (found === undefined) known.set(policy, (found = askedOf(policy, request, semantics)));
    return found;
  };
  return targets.flatMap((target): Violation[] => {
    const set = clients.at(target.port);
    const found =
      typeof target.side === 'object'
        ? violation(may, set, asked(target.side))
        : unenforced(may, set, request);
    return found === undefined ? [] : [{ target, ...found }];
  });
}

type Found = Pick<Violation, 'clients' | 'traffic'> | undefined;

/** Where nothing enforces a policy everybody gets through. */
const unenforced = (may: May, clients: ClientSet, request: RequestChoice): Found =>
  may === 'none' && !isEmpty(clients)
    ? { clients, traffic: trafficOf({ ...request, path: request.path ?? request.pathPrefix }, 'detect') }
    : undefined;

function violation(may: May, clients: ClientSet, { regions, complete }: Asked): Found {
  switch (may) {
    case 'all':
      return worst(
        regions.map(({ allowed, sample }) => ({ clients: difference(clients, allowed), traffic: sample })),
        complete ? undefined : clients,
      );
    case 'none':
      return worst(
        regions.map(({ allowed, sample }) => ({ clients: intersect(clients, allowed), traffic: sample })),
        complete ? undefined : clients,
      );
    case 'some': {
      const shown = regions.filter(({ sample }) => sample !== undefined);
      const left = difference(clients, unionAll(shown.map(({ allowed }) => allowed)));
      // Nothing that they may send gets them through, so any request shows it.
      return isEmpty(left) ? undefined : { clients: left, traffic: shown[0]?.sample };
    }
  }
}

/** The first with clients and a request, or else with clients; `unseen` where not all was looked at. */
function worst(found: readonly NonNullable<Found>[], unseen: ClientSet | undefined): Found {
  const some = found.filter(({ clients }) => !isEmpty(clients));
  const shown = some.find(({ traffic }) => traffic !== undefined) ?? some[0];
  if (shown !== undefined || unseen === undefined || isEmpty(unseen)) return shown;
  return { clients: unseen, traffic: undefined };
}
