import { routeAnnotations } from '../../../src/rules/route/annotations.js';
import { testRule } from '../harness.js';
import { EGRESS_443, gatewayRoute, policyRoute, SERVER, SERVICE } from './manifests.js';

type Annotations = Readonly<Record<string, string>>;
const metadata = (annotations: Annotations): string => JSON.stringify({ annotations });
const parents = (ref: string): string => `{parentRefs: [${ref}]}`;
const http = (annotations: Annotations, ref = SERVICE): string =>
  policyRoute(parents(ref), metadata(annotations));
const grpc = (annotations: Annotations): string =>
  gatewayRoute('GRPCRoute', parents(SERVICE), metadata(annotations));
const bad = (key: string): string => `metadata.annotations["${key}"]: value`;

const LIMIT = 'retry.linkerd.io/limit';
const RETRY_HTTP = 'retry.linkerd.io/http';
const RETRY_GRPC = 'retry.linkerd.io/grpc';
const DURATIONS = [
  'retry.linkerd.io/timeout',
  'timeout.linkerd.io/response',
  'timeout.linkerd.io/request',
  'timeout.linkerd.io/idle',
];
const all = (keys: readonly string[], value: string): Annotations =>
  Object.fromEntries(keys.map((key) => [key, value]));

const each = <T>(values: readonly string[], of: (value: string) => T): Record<string, T> =>
  Object.fromEntries(values.map((value) => [`${RETRY_HTTP}: ${JSON.stringify(value)}`, of(value)]));

testRule(routeAnnotations, {
  accepts: {
    none: http({}),
    'limits of 16 bits': http({ [LIMIT]: '65535' }),
    'a limit with a sign and zeros': http({ [LIMIT]: '+0007' }),
    durations: http(all(DURATIONS, '500ms')),
    'a bare zero': http(all(DURATIONS, '0')),
    days: http(all(DURATIONS, ' 2d ')),
    ...each(['5xx,429', '5XX', 'Gateway-Error', '100-599', '429,500-504,+0500', '500-500'], (value) =>
      http({ [RETRY_HTTP]: value }),
    ),
    'gRPC statuses in any case': grpc({
      [RETRY_GRPC]: 'cancelled,Deadline-Exceeded,internal,resource-exhausted,UNAVAILABLE',
    }),
    'the other protocol’s statuses, which are not read': http({ [RETRY_GRPC]: 'nonsense' }),
    'the other protocol’s conditions, which are not read': grpc({ [RETRY_HTTP]: 'nonsense' }),
    'annotations of other names': http({ 'retry.linkerd.io/other': 'x', constructor: 'x' }),
    'nonsense on a route of a Server, where nothing is checked': http({ [LIMIT]: 'x' }, SERVER),
    'nonsense on a route of a Service of another group': http(
      { [LIMIT]: 'x' },
      '{group: v1, kind: Service, name: s}',
    ),
    'nonsense on a route whose parent has no kind': http({ [LIMIT]: 'x' }, '{name: s}'),
    'nonsense on a route without parents': policyRoute('{}', metadata({ [LIMIT]: 'x' })),
    'nonsense on a TCPRoute': gatewayRoute(
      'TCPRoute',
      `{parentRefs: [${SERVICE}], rules: [{backendRefs: []}]}`,
      metadata({ [LIMIT]: 'x' }),
    ),
    'a route that Linkerd cannot read': gatewayRoute(
      'HTTPRoute',
      `{parentRefs: [${SERVICE}, {name: 5}]}`,
      metadata({ [LIMIT]: 'x' }),
    ),
    'an annotation that is no string: the API server refuses it': policyRoute(
      parents(SERVICE),
      `{annotations: {${LIMIT}: 5}}`,
    ),
  },
  reports: {
    'a limit beyond 16 bits (HR-2)': [http({ [LIMIT]: '65536' }), bad(LIMIT)],
    'a negative limit': [http({ [LIMIT]: '-1' }), bad(LIMIT)],
    'an empty limit': [http({ [LIMIT]: '' }), bad(LIMIT)],
    'durations of two units': [
      http(all(DURATIONS, '1h30m')),
      bad('retry.linkerd.io/timeout'),
      bad('timeout.linkerd.io/response'),
      bad('timeout.linkerd.io/request'),
      bad('timeout.linkerd.io/idle'),
    ],
    'a duration without a unit': [
      http({ 'timeout.linkerd.io/request': '5' }),
      bad('timeout.linkerd.io/request'),
    ],
    'a fraction': [http({ 'timeout.linkerd.io/request': '.5s' }), bad('timeout.linkerd.io/request')],
    microseconds: [http({ 'timeout.linkerd.io/request': '5µs' }), bad('timeout.linkerd.io/request')],
    'a negative duration': [http({ 'timeout.linkerd.io/request': '-5s' }), bad('timeout.linkerd.io/request')],
    'a duration beyond 64 bits': [
      http({ 'timeout.linkerd.io/request': '18446744073709551616ms' }),
      bad('timeout.linkerd.io/request'),
    ],
    ...each(
      [
        '5xx, 429',
        '',
        '5xx,',
        '99',
        '600',
        '504-500',
        '500-',
        '-500',
        '500-504-505',
        '4xx',
        '5xx;429',
        'constructor',
      ],
      (value): [string, string] => [http({ [RETRY_HTTP]: value }), bad(RETRY_HTTP)],
    ),
    'gRPC statuses by number': [grpc({ [RETRY_GRPC]: '14' }), bad(RETRY_GRPC)],
    'one bad gRPC status among good ones': [grpc({ [RETRY_GRPC]: 'internal,x' }), bad(RETRY_GRPC)],
    'an edit of an annotation that only HTTP reads': [
      { before: http({ [RETRY_HTTP]: '5xx' }), object: http({ [RETRY_HTTP]: 'x' }) },
      bad(RETRY_HTTP),
    ],
    'an edit of an annotation that only gRPC reads': [
      { before: grpc({ [RETRY_GRPC]: 'internal' }), object: grpc({ [RETRY_GRPC]: 'x' }) },
      bad(RETRY_GRPC),
    ],
    'a gRPC status in another spelling': [grpc({ [RETRY_GRPC]: 'deadline_exceeded' }), bad(RETRY_GRPC)],
    'a route of an EgressNetwork': [http({ [LIMIT]: 'x' }, EGRESS_443), bad(LIMIT)],
    'a Service parent of any spelling': [
      http({ [LIMIT]: 'x' }, '{group: CORE, kind: service, name: s}'),
      bad(LIMIT),
    ],
    'a Service parent without a group': [http({ [LIMIT]: 'x' }, '{kind: Service, name: s}'), bad(LIMIT)],
    'a Service beside a Server': [http({ [LIMIT]: 'x' }, `${SERVER}, ${SERVICE}`), bad(LIMIT)],
    'a gateway HTTPRoute (GH-2)': [
      gatewayRoute('HTTPRoute', parents(SERVICE), metadata({ [RETRY_HTTP]: 'x' })),
      bad(RETRY_HTTP),
    ],
    'a GRPCRoute (GG-2)': [grpc({ [LIMIT]: 'x', [RETRY_GRPC]: 'x' }), bad(LIMIT), bad(RETRY_GRPC)],
    'an edit of annotations alone': [
      { before: http({ [LIMIT]: '1' }), object: http({ [LIMIT]: 'x' }) },
      bad(LIMIT),
    ],
    'an annotation that was bad before, as a warning': [
      { before: http({ [LIMIT]: 'x' }), object: http({ [LIMIT]: 'x', 'timeout.linkerd.io/idle': '1s' }) },
      `warn ${bad(LIMIT)}`,
    ],
  },
  reads: [
    [
      http({ [RETRY_HTTP]: '5xx, 429' }),
      'metadata.annotations["retry.linkerd.io/http"] [route/annotations]: "5xx, 429" is not what this annotation takes\n' +
        '  did you mean `5xx,429`? write a comma-separated list without spaces of 5xx, gateway-error, a status code or a range, e.g. 5xx,429',
    ],
    [
      http({ [RETRY_HTTP]: '5x' }),
      'metadata.annotations["retry.linkerd.io/http"] [route/annotations]: "5x" is not what this annotation takes\n' +
        '  did you mean `5xx`? write a comma-separated list without spaces of 5xx, gateway-error, a status code or a range, e.g. 5xx,429',
    ],
    [
      http({ [RETRY_HTTP]: 'gateway_error' }),
      'metadata.annotations["retry.linkerd.io/http"] [route/annotations]: "gateway_error" is not what this annotation takes\n' +
        '  did you mean `gateway-error`? write a comma-separated list without spaces of 5xx, gateway-error, a status code or a range, e.g. 5xx,429',
    ],
    [
      grpc({ [RETRY_GRPC]: '14' }),
      'metadata.annotations["retry.linkerd.io/grpc"] [route/annotations]: "14" is not what this annotation takes\n' +
        '  write a comma-separated list without spaces of cancelled, deadline-exceeded, internal, resource-exhausted, unavailable',
    ],
    [
      http({ 'timeout.linkerd.io/request': '1h30m' }),
      'metadata.annotations["timeout.linkerd.io/request"] [route/annotations]: "1h30m" is not what this annotation takes\n' +
        '  write one whole number and one unit of ms, s, m, h, d, e.g. 500ms or 90s',
    ],
    [
      http({ [LIMIT]: '65536' }),
      'metadata.annotations["retry.linkerd.io/limit"] [route/annotations]: "65536" is not what this annotation takes\n' +
        '  write a whole number from 0 to 65535',
    ],
  ],
});
