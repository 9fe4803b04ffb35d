/** What would authorize a client, from the smallest to the largest: proposals, not yet known to work. */
import type { JsonObject } from '../../model/json.js';
import { POLICY_GROUP } from '../../schema/index.js';
import type { Inapplicable } from '../decide/why-not.js';
import type { StoredPolicy } from '../objects/stored.js';
import { find } from '../state/state.js';
import { add, create, type Change } from './change.js';
import { freeName } from './free-name.js';
import { granteeOf, type Grantee } from './grantee.js';
import { newServers } from './new-server.js';
import type { Situation } from './situation.js';
import { inapplicable } from './verdict.js';

const AUTHORIZATION_POLICY = 'policy.linkerd.io/AuthorizationPolicy';
const SERVER_AUTHORIZATION = 'policy.linkerd.io/ServerAuthorization';
const MESH_TLS = 'policy.linkerd.io/MeshTLSAuthentication';
const NETWORK = 'policy.linkerd.io/NetworkAuthentication';

/** Where an authorization is attached: a route of the Server, or the Server. */
interface Place {
  readonly namespace: string;
  readonly server: string;
  readonly ref: { readonly group: string; readonly kind: string; readonly name: string };
}

export function authorizations(situation: Situation): readonly Change[] {
  const { policy, verdict, target } = situation;
  const grantee = granteeOf(situation);
  if (policy.server.kind === 'default') {
    return newServers(situation).flatMap(({ name, step }) => {
      const place = { namespace: target.ref.namespace, server: name, ref: serverRef(name) };
      return created(situation, grantee, place).map((steps) => [step, ...steps]);
    });
  }
  const { route } = verdict.decision;
  const { namespace, name: server } = policy.server;
  const ref =
    route === undefined || route.kind === 'default'
      ? serverRef(server)
      : { group: route.group, kind: route.kind, name: route.name };
  const place = { namespace, server, ref };
  return [...edits(situation, grantee, place), ...created(situation, grantee, place)];
}

const serverRef = (name: string): Place['ref'] => ({ group: POLICY_GROUP, kind: 'Server', name });

/** One more entry in what authorizes others at the same place already, and nowhere else. */
function edits(situation: Situation, grantee: Grantee, place: Place): readonly Change[] {
  const { call, verdict, policy, index } = situation;
  return inapplicable(policy, { client: call.client, verdict }, index.world.semantics).flatMap((item) =>
    editsOf(situation, item, { grantee, place }).map((step) => [step]),
  );
}

interface Wish {
  readonly grantee: Grantee;
  readonly place: Place;
}

function editsOf({ index }: Situation, { authorization }: Inapplicable, { grantee, place }: Wish): Change {
  const { state, relations, compiler } = index;
  const { namespace } = place;
  if (authorization.kind === 'ServerAuthorization') {
    const stored = find(state, SERVER_AUTHORIZATION, namespace, authorization.name);
    const named = stored?.spec.server?.name ?? undefined;
    return stored === undefined || named !== place.ref.name || place.ref.kind !== 'Server'
      ? []
      : inServerAuthorization(stored, grantee);
  }
  if (authorization.kind !== 'AuthorizationPolicy') return [];
  const stored = find(state, AUTHORIZATION_POLICY, namespace, authorization.name);
  const compiled = stored === undefined ? undefined : compiler.compile(AUTHORIZATION_POLICY, stored);
  if (compiled === undefined) return [];
  const wanted = place.ref.kind === 'Server' ? 'server' : 'route';
  if (compiled.target.kind !== wanted) return [];
  const { identities, networks } = compiled;
  // What other policies require as well would open those too.
  const alone = (kind: typeof MESH_TLS | typeof NETWORK, ref: { namespace: string; name: string }): boolean =>
    relations.requiring(kind, ref.namespace, ref.name).length === 1;
  if (grantee.kind === 'networks') {
    if (networks === undefined || identities !== undefined || !alone(NETWORK, networks)) return [];
    const found = find(state, NETWORK, networks.namespace, networks.name);
    return found === undefined || grantee.cidrs.length !== 1
      ? []
      : [add(found, ['networks'], { cidr: grantee.cidrs[0] ?? '' })];
  }
  if (typeof identities !== 'object' || !alone(MESH_TLS, identities)) return [];
  const found = find(state, MESH_TLS, identities.namespace, identities.name);
  return found === undefined ? [] : inMeshTLS(found, grantee);
}

function inMeshTLS(stored: StoredPolicy<typeof MESH_TLS>, grantee: Grantee): Change {
  const refs = stored.spec.identityRefs ?? [];
  if (refs.length > 0)
    return grantee.kind === 'service-account'
      ? [add(stored, ['identityRefs'], accountRef(grantee, stored))]
      : [];
  return grantee.kind === 'service-account' || grantee.kind === 'identity'
    ? [add(stored, ['identities'], grantee.identity)]
    : [];
}

function inServerAuthorization(stored: StoredPolicy<typeof SERVER_AUTHORIZATION>, grantee: Grantee): Change {
  const { client } = stored.spec;
  if (grantee.kind === 'networks') {
    const open = client?.unauthenticated === true && (client.networks ?? []).length > 0;
    const [cidr] = grantee.cidrs;
    return open && grantee.cidrs.length === 1
      ? [add(stored, ['client', 'networks'], { cidr: cidr ?? '' })]
      : [];
  }
  const { serviceAccounts, identities } = client?.meshTLS ?? {};
  if (grantee.kind === 'service-account' && (serviceAccounts ?? []).length > 0) {
    const { namespace, name } = grantee;
    const account = namespace === stored.namespace ? { name } : { name, namespace };
    return [add(stored, ['client', 'meshTLS', 'serviceAccounts'], account)];
  }
  if ((grantee.kind === 'service-account' || grantee.kind === 'identity') && (identities ?? []).length > 0)
    return [add(stored, ['client', 'meshTLS', 'identities'], grantee.identity)];
  return [];
}

const accountRef = (
  { namespace, name }: { readonly namespace: string; readonly name: string },
  holder: { readonly namespace: string },
): JsonObject =>
  namespace === holder.namespace
    ? { kind: 'ServiceAccount', name }
    : { kind: 'ServiceAccount', name, namespace };

/** An authorization of its own. */
function created({ index }: Situation, grantee: Grantee, place: Place): readonly Change[] {
  const { namespace, server, ref } = place;
  const { state } = index;
  const base = ref.kind === 'Server' ? server : ref.name;
  const policy = (label: string, refs: readonly JsonObject[]): Change[number] =>
    create(
      AUTHORIZATION_POLICY,
      { namespace, name: freeName(state, AUTHORIZATION_POLICY, namespace, `${base}-${label}`) },
      { targetRef: { ...ref }, requiredAuthenticationRefs: refs },
    );
  switch (grantee.kind) {
    case 'service-account': {
      const label = `from-${grantee.name}`;
      return [[policy(label, [accountRef(grantee, { namespace })])]];
    }
    case 'identity': {
      const name = freeName(state, MESH_TLS, namespace, `${base}-from-client`);
      const identities = create(MESH_TLS, { namespace, name }, { identities: [grantee.identity] });
      return [
        [policy('from-client', [{ group: POLICY_GROUP, kind: 'MeshTLSAuthentication', name }]), identities],
      ];
    }
    case 'networks': {
      const name = freeName(state, NETWORK, namespace, `${base}-${grantee.label}`);
      const networks = create(
        NETWORK,
        { namespace, name },
        { networks: grantee.cidrs.map((cidr) => ({ cidr })) },
      );
      return [
        [policy(grantee.label, [{ group: POLICY_GROUP, kind: 'NetworkAuthentication', name }]), networks],
      ];
    }
    case 'mesh-tls': {
      // No AuthorizationPolicy can ask for TLS without an identity.
      const name = freeName(state, SERVER_AUTHORIZATION, namespace, `${server}-from-mesh`);
      const client = { meshTLS: { unauthenticatedTLS: true } };
      return [[create(SERVER_AUTHORIZATION, { namespace, name }, { server: { name: server }, client })]];
    }
  }
}
