import { parseAnnotationDuration, parseUnsigned } from '../../model/duration.js';
import { nearest } from '../../model/nearest.js';
import { targets } from '../../model/target-ref.js';
import { backticks, quote } from '../../model/text.js';
import { L7_ROUTE_KINDS, POLICY_GROUP, type L7RouteKind, type SubjectOf } from '../../schema/index.js';
import { defineRule, linkerd } from '../rule.js';
import { parentRefs } from '../shapes.js';

const GRPC_CODES = ['cancelled', 'deadline-exceeded', 'internal', 'resource-exhausted', 'unavailable'];

interface Check {
  readonly valid: (text: string) => boolean;
  readonly expected: string;
  readonly words?: readonly string[];
}

const duration: Check = {
  valid: (text) => parseAnnotationDuration(text) !== undefined,
  expected: 'one whole number and one unit of ms, s, m, h, d, e.g. 500ms or 90s',
};
const httpConditions: Check = {
  valid: (text) => text.split(',').every(isHttpCondition),
  expected:
    'a comma-separated list without spaces of 5xx, gateway-error, a status code or a range, e.g. 5xx,429',
  words: ['5xx', 'gateway-error'],
};
const grpcConditions: Check = {
  valid: (text) => text.split(',').every((word) => GRPC_CODES.includes(word.toLowerCase())),
  expected: `a comma-separated list without spaces of ${GRPC_CODES.join(', ')}`,
  words: GRPC_CODES,
};
const limit: Check = {
  valid: (text) => parseUnsigned(text, 2n ** 16n) !== undefined,
  expected: 'a whole number from 0 to 65535',
};

const COMMON: readonly (readonly [string, Check])[] = [
  ['retry.linkerd.io/limit', limit],
  ['retry.linkerd.io/timeout', duration],
  ['timeout.linkerd.io/response', duration],
  ['timeout.linkerd.io/request', duration],
  ['timeout.linkerd.io/idle', duration],
];
const HTTP_CHECKS = new Map([...COMMON, ['retry.linkerd.io/http', httpConditions]]);
const GRPC_CHECKS = new Map([...COMMON, ['retry.linkerd.io/grpc', grpcConditions]]);

/** HR-2, GH-2, GG-2: retry and timeout annotations of routes whose parent is a Service or an EgressNetwork. */
export const routeAnnotations = defineRule({
  code: 'route/annotations',
  summary: 'a retry or timeout annotation that does not parse',
  severity: 'deny',
  reads: { spec: true, annotation: (key) => HTTP_CHECKS.has(key) || GRPC_CHECKS.has(key) },
  kinds: L7_ROUTE_KINDS,
  sources: ['HR-2', 'GH-2', 'GG-2', 'ANN', 'ADUR'],
  messages: {
    value: linkerd(
      ({ value, expected, near }: { value: string; expected: string; near?: string | undefined }) => ({
        message: `${value} is not what this annotation takes`,
        hint: `${near === undefined ? '' : `did you mean ${backticks(near)}? `}write ${expected}`,
      }),
    ),
  },
  check({ subject }, report) {
    if (!parentRefs(subject).some(({ value }) => isOutboundParent(value))) return;
    for (const [key, check] of checksOf(subject)) {
      const text = subject.annotations.get(key);
      if (text === undefined || check.valid(text)) continue;
      report('value', ['metadata', 'annotations', key], {
        value: quote(text),
        expected: check.expected,
        near: nearTo(text, check),
      });
    }
  },
});

const checksOf = (subject: SubjectOf<L7RouteKind>): ReadonlyMap<string, Check> =>
  subject.kind === 'gateway.networking.k8s.io/GRPCRoute' ? GRPC_CHECKS : HTTP_CHECKS;

/** The text without the spaces that nobody may write here, or the nearest word. */
function nearTo(text: string, { valid, words = [] }: Check): string | undefined {
  const dense = text.replaceAll(/\s/g, '');
  return valid(dense) ? dense : nearest(dense, words);
}

const isOutboundParent = (ref: Parameters<typeof targets>[0]): boolean =>
  targets(ref, 'core', 'Service') || targets(ref, POLICY_GROUP, 'EgressNetwork');

function isHttpCondition(word: string): boolean {
  const lower = word.toLowerCase();
  if (lower === '5xx' || lower === 'gateway-error') return true;
  const dash = word.indexOf('-');
  if (dash < 0) return statusCode(word) !== undefined;
  const low = statusCode(word.slice(0, dash));
  const high = statusCode(word.slice(dash + 1));
  return low !== undefined && high !== undefined && low <= high;
}

function statusCode(text: string): bigint | undefined {
  const code = parseUnsigned(text, 600n);
  return code !== undefined && code >= 100n ? code : undefined;
}
