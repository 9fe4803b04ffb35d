import { quote } from '../../model/text.js';
import { GATEWAY_GROUP } from '../../schema/index.js';
import { defineRule, linkerd } from '../rule.js';
import { items, routeRules, type BackendRef } from '../shapes.js';

/** GH-8, GG-6: a Service backend of a Gateway API route names a port. */
export const routeBackendPort = defineRule({
  code: 'route/backend-port',
  summary: 'a Service backend of a Gateway API route without a port',
  severity: 'deny',
  kinds: [`${GATEWAY_GROUP}/HTTPRoute`, `${GATEWAY_GROUP}/GRPCRoute`],
  sources: ['GH-8', 'GG-6'],
  messages: {
    missing: linkerd(({ name, zero }: { name: string; zero: boolean }) => ({
      message: `the backend Service ${name} ${zero ? 'has port 0, which is no port' : 'needs a `port`'}`,
      hint: `${zero ? 'write' : 'add'} the port of the Service, e.g. \`port: 80\``,
    })),
  },
  check({ subject }, report) {
    for (const rule of routeRules(subject)) {
      for (const { path, value } of items(rule.value.backendRefs, [...rule.path, 'backendRefs'])) {
        if (!isService(value) || (typeof value.port === 'number' && value.port !== 0)) continue;
        const zero = value.port === 0;
        report('missing', zero ? [...path, 'port'] : path, { name: quote(value.name), zero });
      }
    }
  },
});

/** Case-sensitive here, unlike every other ref. */
const isService = ({ group, kind }: BackendRef): boolean =>
  ['', 'core'].includes(group ?? '') && (kind ?? 'Service') === 'Service';
