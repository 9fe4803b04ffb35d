/** A Server message as a tree (inbound-api, section 4), under the names of its fields in proto3 JSON. */
import { assertNever } from '../../../model/assert-never.js';
import { formatAddress } from '../../../model/ip.js';
import type {
  Authn,
  Authz,
  GrpcRoute,
  GrpcRoute_Filter,
  HttpLocalRateLimit,
  HttpRoute,
  HttpRoute_Filter,
  Identity,
  IdentitySuffix,
  Network,
  ProxyProtocol,
  Server,
} from '../gen/inbound.js';
import type { Metadata } from '../gen/meta.js';
import type { IPAddress, IPNetwork } from '../gen/net.js';
import { grpcMatchTree, headerModifierTree, hostTree, httpMatchTree, redirectTree } from './route-trees.js';
import { choice, list, members, set, text, type Tree } from './tree.js';

export const serverTree = ({ protocol, serverIps, authorizations, labels }: Server): Tree =>
  members({
    protocol: protocolTree(protocol),
    serverIps: set(serverIps.map(addressText)),
    authorizations: authorizationsTree(authorizations),
    labels: labelsTree(labels),
  });

function protocolTree(protocol: ProxyProtocol | undefined): Tree {
  const kind = protocol?.kind;
  switch (kind?.$case) {
    case 'detect': {
      const { timeout, httpRoutes, httpLocalRateLimit } = kind.value;
      return choice(
        kind.$case,
        members({
          timeout: timeout && text(`${String(timeout.seconds)}.${String(timeout.nanos).padStart(9, '0')}s`),
          httpRoutes: httpRoutesTree(httpRoutes),
          httpLocalRateLimit: httpLocalRateLimit && rateLimitTree(httpLocalRateLimit),
        }),
      );
    }
    case 'http1':
    case 'http2': {
      const { routes, localRateLimit } = kind.value;
      return choice(
        kind.$case,
        members({
          routes: httpRoutesTree(routes),
          localRateLimit: localRateLimit && rateLimitTree(localRateLimit),
        }),
      );
    }
    case 'grpc':
      return choice(kind.$case, members({ routes: grpcRoutesTree(kind.value.routes) }));
    case 'opaque':
    case 'tls':
    case undefined:
      return choice(kind?.$case);
    default:
      return assertNever(kind);
  }
}

const labelsTree = (labels: Readonly<Record<string, string>>): Tree =>
  set(Object.entries(labels).map(([key, value]) => `${key}=${value}`));

const authorizationsTree = (authorizations: readonly Authz[]): Tree => ({
  is: 'named',
  ordered: false,
  items: authorizations.map((authorization) => ({
    name: metadataText(authorization.metadata),
    value: authorizationTree(authorization),
  })),
});

const authorizationTree = ({ networks, authentication, labels, metadata }: Authz): Tree =>
  members({
    metadata: metadataTree(metadata),
    networks: set(networks.map(networkText)),
    authentication: authenticationTree(authentication),
    labels: labelsTree(labels),
  });

function authenticationTree(authentication: Authn | undefined): Tree {
  const permit = authentication?.permit;
  if (permit?.$case !== 'meshTLS') return choice(permit?.$case);
  const { clients } = permit.value;
  if (clients?.$case !== 'identities') return choice('meshTLS', choice(clients?.$case));
  const { identities, suffixes } = clients.value;
  const named = members({ identities: identitiesTree(identities), suffixes: set(suffixes.map(suffixText)) });
  return choice('meshTLS', choice('identities', named));
}

const identitiesTree = (identities: readonly Identity[]): Tree => set(identities.map(({ name }) => name));
const suffixText = ({ parts }: IdentitySuffix): string => ['*', ...parts].join('.');

const httpRoutesTree = (routes: readonly HttpRoute[]): Tree => ({
  is: 'named',
  ordered: true,
  items: routes.map(({ metadata, hosts, authorizations, rules }) => ({
    name: metadataText(metadata),
    value: members({
      metadata: metadataTree(metadata),
      hosts: list(hosts.map(hostTree)),
      authorizations: authorizationsTree(authorizations),
      rules: list(
        rules.map(({ matches, filters }) =>
          members({ matches: list(matches.map(httpMatchTree)), filters: list(filters.map(filterTree)) }),
        ),
      ),
    }),
  })),
});

const grpcRoutesTree = (routes: readonly GrpcRoute[]): Tree => ({
  is: 'named',
  ordered: true,
  items: routes.map(({ metadata, hosts, authorizations, rules }) => ({
    name: metadataText(metadata),
    value: members({
      metadata: metadataTree(metadata),
      hosts: list(hosts.map(hostTree)),
      authorizations: authorizationsTree(authorizations),
      rules: list(
        rules.map(({ matches, filters }) =>
          members({ matches: list(matches.map(grpcMatchTree)), filters: list(filters.map(filterTree)) }),
        ),
      ),
    }),
  })),
});

function filterTree({ kind }: HttpRoute_Filter | GrpcRoute_Filter): Tree {
  switch (kind?.$case) {
    case 'requestHeaderModifier':
      return choice(kind.$case, headerModifierTree(kind.value));
    case 'redirect':
      return choice(kind.$case, redirectTree(kind.value));
    case 'failureInjector':
    case undefined:
      return choice(kind?.$case);
    default:
      return assertNever(kind);
  }
}

const rateLimitTree = ({ metadata, total, identity, overrides }: HttpLocalRateLimit): Tree =>
  members({
    metadata: metadataTree(metadata),
    total: total && text(total.requestsPerSecond),
    identity: identity && text(identity.requestsPerSecond),
    overrides: list(
      overrides.map(({ limit, clients }) =>
        members({
          limit: limit && text(limit.requestsPerSecond),
          clients: clients && identitiesTree(clients.identities),
        }),
      ),
    ),
  });

function metadataTree(metadata: Metadata | undefined): Tree {
  const kind = metadata?.kind;
  if (kind === undefined) return choice(undefined);
  if (kind.$case === 'default') return choice(kind.$case, text(kind.value));
  const { group, kind: resourceKind, name, namespace, section, port } = kind.value;
  return choice(
    kind.$case,
    members({
      group: text(group),
      kind: text(resourceKind),
      name: text(name),
      namespace: text(namespace),
      section: text(section),
      port: text(port),
    }),
  );
}

/** What an authorization or a route is called: `default probe`, or `serverauthorization allow`. */
function metadataText(metadata: Metadata | undefined): string {
  const kind = metadata?.kind;
  if (kind === undefined) return 'without metadata';
  return kind.$case === 'default' ? `default ${kind.value}` : `${kind.value.kind} ${kind.value.name}`;
}

function networkText({ net, except }: Network): string {
  const exceptions = except.map(netText).sort();
  return exceptions.length === 0 ? netText(net) : `${netText(net)} except ${exceptions.join(', ')}`;
}

const netText = (net: IPNetwork | undefined): string =>
  `${addressText(net?.ip)}/${net === undefined ? '?' : String(net.prefixLen)}`;

function addressText(address: IPAddress | undefined): string {
  const ip = address?.ip;
  switch (ip?.$case) {
    case 'ipv4':
      return formatAddress(4, BigInt(ip.value));
    case 'ipv6':
      return formatAddress(6, (ip.value.first << 64n) | ip.value.last);
    case undefined:
      return 'no address';
    default:
      return assertNever(ip);
  }
}
