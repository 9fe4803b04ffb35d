/** The route that a request without one would fall to. */
import type { JsonObject } from '../../model/json.js';
import { GATEWAY_GROUP, POLICY_GROUP } from '../../schema/index.js';
import { create, type ChangeStep } from './change.js';
import { freeName } from './free-name.js';
import type { Situation } from './situation.js';

/** Methods that a route can name. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'];
/** What a gRPC name may hold, as the CustomResourceDefinition of GRPCRoute checks it. */
const GRPC_SERVICE = /^[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*$/;
const GRPC_METHOD = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** For exactly this path and method, on the Server of the port; undefined where no route can say that. */
export function routeFor({ index, policy, verdict }: Situation): ChangeStep | undefined {
  const { traffic } = verdict;
  if (policy.server.kind === 'default' || traffic.kind !== 'http') return undefined;
  const { namespace, name: server } = policy.server;
  const { method, path } = traffic.request;
  const [asked = ''] = path.split('?');
  const parentRefs = [{ group: POLICY_GROUP, kind: 'Server', name: server }];
  if (policy.protocol === 'gRPC') {
    const [, service = '', call = ''] = asked.split('/');
    if (!GRPC_SERVICE.test(service) || !GRPC_METHOD.test(call)) return undefined;
    const kind = `${GATEWAY_GROUP}/GRPCRoute` as const;
    const name = freeName(
      index.state,
      kind,
      namespace,
      `${server}-${call.toLowerCase().replaceAll('_', '-')}`,
    );
    const rules = [{ matches: [{ method: { service, method: call } }] }];
    return create(kind, { namespace, name }, { parentRefs, rules });
  }
  if (!asked.startsWith('/')) return undefined;
  const attached = policy.httpRoutes.find(({ ref }) => ref.kind !== 'default')?.ref;
  const gateway = attached?.kind === 'HTTPRoute' && attached.group === GATEWAY_GROUP;
  const kind = gateway ? (`${GATEWAY_GROUP}/HTTPRoute` as const) : (`${POLICY_GROUP}/HTTPRoute` as const);
  const name = freeName(index.state, kind, namespace, `${server}${slug(asked)}`);
  const match: JsonObject = {
    path: { type: 'Exact', value: asked },
    ...(METHODS.includes(method) ? { method } : {}),
  };
  return create(kind, { namespace, name }, { parentRefs, rules: [{ matches: [match] }] });
}

/** `/a/b.c` as `-a-b-c`. */
const slug = (path: string): string =>
  path
    .toLowerCase()
    .slice(0, 40)
    .replaceAll(/[^a-z0-9]+/g, '-');
