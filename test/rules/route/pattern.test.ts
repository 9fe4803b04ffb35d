import { routePattern } from '../../../src/rules/route/pattern.js';
import { testRule } from '../harness.js';
import { gatewayMatch, grpcMatch, policyMatch } from './manifests.js';

const regex = (value: string): string =>
  `{type: RegularExpression, name: x, value: ${JSON.stringify(value)}}`;
const path = (value: string): string => policyMatch(`{path: ${regex(value)}}`);
const at = 'spec.rules[0].matches[0]';

testRule(routePattern, {
  accepts: {
    'a pattern for a path (HR-4)': path('/a.*'),
    'patterns for headers and query parameters': policyMatch(
      `{headers: [${regex('^a$')}], queryParams: [${regex('[0-9]+')}]}`,
    ),
    'what only Rust’s dialect knows': path('(?P<year>\\d{4})\\z|[[:alpha:]&&[^x]]|\\p{Greek}'),
    'an empty pattern': path(''),
    'a pattern of 4,096 characters': path('a'.repeat(4_096)),
    'a pattern that takes other engines exponential time': path('(a+)+$'),
    'texts that are no patterns': policyMatch('{path: {value: (}, headers: [{name: x, value: (}]}'),
    'an unknown type: schema/type speaks of it': policyMatch('{path: {type: Regex, value: (}}'),
    'a mistyped pattern: schema/type speaks of it': policyMatch(
      '{path: {type: RegularExpression, value: 5}}',
    ),
    'a missing pattern': policyMatch('{path: {type: RegularExpression}}'),
    'null members': policyMatch('{path: null, headers: null, queryParams: null}'),
    'a method by pattern: grpc-route/method speaks of it': grpcMatch(
      '{method: {type: RegularExpression, service: (}}',
    ),
  },
  reports: {
    'an open group (HR-4)': [path('('), `${at}.path.value: syntax`],
    'look-ahead': [path('a(?=b)'), `${at}.path.value: syntax`],
    'look-behind': [path('(?<!a)b'), `${at}.path.value: syntax`],
    'a back-reference': [path('(a)\\1'), `${at}.path.value: syntax`],
    'an escape that only JavaScript knows': [path('\\cA'), `${at}.path.value: syntax`],
    'a pattern of 4,097 characters, unread': [path(`(${'a'.repeat(4_096)}`), `${at}.path.value: long`],
    'headers and query parameters': [
      policyMatch(`{headers: [${regex('a')}, ${regex('[')}], queryParams: [${regex('*')}]}`),
      `${at}.headers[1].value: syntax`,
      `${at}.queryParams[0].value: syntax`,
    ],
    'a gateway HTTPRoute (GH-4)': [gatewayMatch(`{path: ${regex('(')}}`), `${at}.path.value: syntax`],
    'the headers of a GRPCRoute (GG-4)': [
      grpcMatch(`{headers: [${regex('(')}]}`),
      `${at}.headers[0].value: syntax`,
    ],
    'a pattern beside mistyped neighbours': [
      policyMatch(
        `{path: 5, headers: [null, {name: 5, type: RegularExpression, value: "("}], queryParams: x}`,
      ),
      `${at}.headers[1].value: syntax`,
    ],
  },
  reads: [
    [
      path('('),
      'spec.rules[0].matches[0].path.value [route/pattern]: "(" is no regular expression for the proxy: unclosed group\n' +
        '  the dialect is that of Rust’s regex crate: no look-around and no back-references',
    ],
    [
      path('a(?=b)'),
      'spec.rules[0].matches[0].path.value [route/pattern]: "a(?=b)" is no regular expression for the proxy: look-around, including look-ahead and look-behind, is not supported\n' +
        '  the dialect is that of Rust’s regex crate: no look-around and no back-references',
    ],
    [
      path('\\pL{1000}{1000}'),
      'spec.rules[0].matches[0].path.value [route/pattern]: "\\\\pL{1000}{1000}" is no regular expression for the proxy: compiled regex exceeds size limit of 10485760 bytes\n' +
        '  the dialect is that of Rust’s regex crate: no look-around and no back-references',
    ],
    [
      path('a'.repeat(5_000)),
      'spec.rules[0].matches[0].path.value [route/pattern]: this regular expression has 5000 characters; 4096 are the most\n' +
        '  split it over several matches',
    ],
  ],
});
