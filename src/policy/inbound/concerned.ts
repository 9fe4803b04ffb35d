/** Which Servers an object says something of: those whose policy must be made anew when it comes, changes or goes. */
import { matches, type LabelRecord } from '../../selector/index.js';
import type { StoredObject } from '../objects/stored.js';
import type { CompiledAuthorizationPolicy } from './compile/authorization-policy.js';
import { serverParents } from './compile/parents.js';
import { rateLimitTarget } from './compile/rate-limit.js';
import type { Compiler } from './compiler.js';
import type { Relations } from './relations.js';

export interface ServerName {
  readonly namespace: string;
  readonly name: string;
}

interface Surroundings {
  readonly compiler: Compiler;
  readonly relations: Relations;
  /** The Servers of a namespace and their labels. */
  readonly serversIn: (
    namespace: string,
  ) => Iterable<{ readonly name: string; readonly labels: LabelRecord }>;
}

/** The Servers that an object is about, in `relations` that hold it; one may come several times. */
export function* concerned(object: StoredObject, around: Surroundings): Generator<ServerName> {
  const { compiler, relations, serversIn } = around;
  const { namespace } = object;
  switch (object.kind) {
    case 'policy.linkerd.io/Server':
      yield object;
      return;
    case 'policy.linkerd.io/ServerAuthorization': {
      const servers = compiler.compile(object.kind, object)?.servers;
      if (servers?.kind === 'name') yield { namespace, name: servers.name };
      if (servers?.kind !== 'selector') return;
      for (const { name, labels } of serversIn(namespace))
        if (matches(servers.selector, labels)) yield { namespace, name };
      return;
    }
    case 'policy.linkerd.io/AuthorizationPolicy': {
      const policy = compiler.compile(object.kind, object);
      if (policy !== undefined) yield* targetsOf(policy, around);
      return;
    }
    case 'policy.linkerd.io/MeshTLSAuthentication':
    case 'policy.linkerd.io/NetworkAuthentication':
      for (const policy of relations.requiring(object.kind, namespace, object.name))
        yield* targetsOf(policy, around);
      return;
    case 'policy.linkerd.io/HTTPRoute':
    case 'gateway.networking.k8s.io/HTTPRoute':
    case 'gateway.networking.k8s.io/GRPCRoute':
      yield* serverParents(object);
      return;
    case 'policy.linkerd.io/HTTPLocalRateLimitPolicy': {
      const name = rateLimitTarget(object);
      if (name !== undefined) yield { namespace, name };
      return;
    }
    default:
      return;
  }
}

function* targetsOf(
  { namespace, target }: CompiledAuthorizationPolicy,
  { relations, serversIn }: Surroundings,
): Generator<ServerName> {
  switch (target.kind) {
    case 'server':
      yield { namespace, name: target.name };
      return;
    case 'namespace':
      for (const { name } of serversIn(namespace)) yield { namespace, name };
      return;
    case 'route':
      for (const name of relations.attachedTo(namespace, target.key)) yield { namespace, name };
      return;
  }
}
