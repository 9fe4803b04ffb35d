/** Who may connect, as sent: networks, identities and suffixes one for one. */
import { assertNever } from '../../../model/assert-never.js';
import { POLICY_GROUP } from '../../../schema/index.js';
import type {
  Authentication,
  Authorization,
  AuthorizationSource,
} from '../../../policy/inbound/port-policy.js';
import type { Authn, Authz, IdentitySuffix } from '../gen/inbound.js';
import type { Metadata } from '../gen/meta.js';
import { defaultMetadata, resourceMetadata } from './metadata.js';
import { toNetwork } from './networks.js';

export const toAuthz = ({ source, networks, authentication }: Authorization): Authz => ({
  networks: networks.map(toNetwork),
  authentication: toAuthn(authentication),
  ...describe(source),
});

/** The metadata, and the labels that say the same to older proxies. */
function describe(source: AuthorizationSource): { metadata: Metadata; labels: Authz['labels'] } {
  if (source.kind === 'default') {
    const { name } = source;
    return { metadata: defaultMetadata(name), labels: { group: '', kind: 'default', name } };
  }
  const resource = { group: POLICY_GROUP, kind: source.kind.toLowerCase(), name: source.name };
  return { metadata: resourceMetadata(resource), labels: resource };
}

function toAuthn(authentication: Authentication): Authn {
  switch (authentication.kind) {
    case 'unauthenticated':
      return { permit: { $case: 'unauthenticated', value: {} } };
    case 'mesh-tls':
      return { permit: { $case: 'meshTLS', value: { clients: { $case: 'unauthenticated', value: {} } } } };
    case 'identities': {
      const value = {
        identities: authentication.exact.map((name) => ({ name })),
        suffixes: authentication.suffixes.map(toSuffix),
      };
      return { permit: { $case: 'meshTLS', value: { clients: { $case: 'identities', value } } } };
    }
    default:
      return assertNever(authentication);
  }
}

/** No parts stand for every DNS identity. */
const toSuffix = (suffix: string): IdentitySuffix => ({ parts: suffix === '' ? [] : suffix.split('.') });
