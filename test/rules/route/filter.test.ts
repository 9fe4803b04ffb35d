import { routeFilter } from '../../../src/rules/route/filter.js';
import { testRule } from '../harness.js';
import { gatewayRoute, policyRoute } from './manifests.js';

const rules = (...filters: string[]): string => `{rules: [{filters: [${filters.join(', ')}]}]}`;
const policy = (...filters: string[]): string => policyRoute(rules(...filters));
const gateway = (...filters: string[]): string => gatewayRoute('HTTPRoute', rules(...filters));
const grpc = (...filters: string[]): string => gatewayRoute('GRPCRoute', rules(...filters));
const request = (modifier: string): string =>
  `{type: RequestHeaderModifier, requestHeaderModifier: ${modifier}}`;
const response = (modifier: string): string =>
  `{type: ResponseHeaderModifier, responseHeaderModifier: ${modifier}}`;
const redirect = (text: string): string => `{type: RequestRedirect, requestRedirect: ${text}}`;
const at = (i: number): string => `spec.rules[0].filters[${String(i)}]`;
const BAD_PATH = '{path: {type: ReplaceFullPath, replaceFullPath: x}}';

testRule(routeFilter, {
  accepts: {
    'header modifiers (HR-6)': policy(
      request('{set: [{name: x, value: y}], add: [{name: X-A, value: ""}], remove: [x-b]}'),
      response('{set: [{name: x, value: é}]}'),
    ),
    'empty and null modifiers': policy(request('{}'), response('{set: null, add: [], remove: null}')),
    'redirects (HR-7)': policy(
      redirect('{}'),
      redirect('{path: {type: ReplaceFullPath, replaceFullPath: /x}}'),
      redirect('{path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}'),
    ),
    'a redirect whose type names another member, as Linkerd does': policy(
      redirect('{path: {type: ReplaceFullPath, replacePrefixMatch: /x}}'),
    ),
    'null where optional': policy(redirect('{path: null, statusCode: null}')),
    'status codes (HR-8)': policy(
      redirect('{statusCode: 100}'),
      redirect('{statusCode: 301}'),
      redirect('{statusCode: 999}'),
    ),
    'a member that the type of a policy filter does not read': policy(
      `{type: RequestHeaderModifier, requestHeaderModifier: {}, requestRedirect: ${BAD_PATH}, responseHeaderModifier: {remove: [a b]}}`,
    ),
    'filters of the Gateway API that are not checked (GH-7)': gateway(
      '{type: CORS, cors: {}}',
      '{type: URLRewrite, urlRewrite: {path: {type: ReplaceFullPath, replaceFullPath: x}}}',
      '{type: ExtensionRef, extensionRef: {group: a, kind: b, name: c}}',
    ),
    'filters below a backendRef': policyRoute(
      `{rules: [{backendRefs: [{name: s, filters: [${redirect(BAD_PATH)}, ${request('{remove: [a b]}')}]}]}]}`,
    ),
    'a redirect on a GRPCRoute, which has none': grpc(
      '{type: RequestMirror, requestRedirect: {statusCode: 99}}',
    ),
    'a gateway route that Linkerd cannot read (GH-0)': gateway('{type: Future}', request('{remove: [a b]}')),
    'mistyped members: schema/type speaks of them': policy(
      '5',
      'null',
      '{}',
      '{type: RequestRedirect}',
      request('{set: [5, {name: 5, value: 5}, {}], add: x, remove: [5, null]}'),
      redirect('{path: {type: ReplaceFullPath, replaceFullPath: 5}, statusCode: x}'),
      redirect('{path: {type: ReplacePrefixMatch, replacePrefixMatch: 5}}'),
      redirect('{path: 5}'),
    ),
    'no filters': policyRoute('{rules: [{filters: null}, {}]}'),
  },
  reports: {
    'names that no header has (HR-6)': [
      policy(request('{set: [{name: "", value: y}], add: [{name: a b, value: y}], remove: [x, "c:"]}')),
      `${at(0)}.requestHeaderModifier.set[0].name: name`,
      `${at(0)}.requestHeaderModifier.add[0].name: name`,
      `${at(0)}.requestHeaderModifier.remove[1]: name`,
    ],
    'values that no header has (HR-6)': [
      policy(response('{set: [{name: x, value: "a\\u0000"}], add: [{name: x, value: "\\n"}]}')),
      `${at(0)}.responseHeaderModifier.set[0].value: value`,
      `${at(0)}.responseHeaderModifier.add[0].value: value`,
    ],
    'a redirect to a relative path (HR-7)': [
      policy(redirect(BAD_PATH), redirect('{path: {type: ReplacePrefixMatch, replacePrefixMatch: ""}}')),
      `${at(0)}.requestRedirect.path.replaceFullPath: redirectPath`,
      `${at(1)}.requestRedirect.path.replacePrefixMatch: redirectPath`,
    ],
    'the full path first, whatever the type says (HR-7)': [
      policy(redirect('{path: {type: ReplacePrefixMatch, replaceFullPath: x, replacePrefixMatch: /y}}')),
      `${at(0)}.requestRedirect.path.replaceFullPath: redirectPath`,
    ],
    'a redirect without a path to go to (HR-7)': [
      policy(
        redirect('{path: {type: ReplaceFullPath}}'),
        redirect('{path: {type: ReplaceFullPath, replaceFullPath: null}}'),
      ),
      `${at(0)}.requestRedirect.path: redirectEmpty`,
      `${at(1)}.requestRedirect.path: redirectEmpty`,
    ],
    'status codes that are none (HR-8)': [
      policy(
        redirect('{statusCode: 99}'),
        redirect('{statusCode: 1000}'),
        redirect('{statusCode: -1}'),
        redirect('{statusCode: 1e15}'),
      ),
      `${at(0)}.requestRedirect.statusCode: status`,
      `${at(1)}.requestRedirect.statusCode: status`,
      `${at(2)}.requestRedirect.statusCode: status`,
      `${at(3)}.requestRedirect.statusCode: status`,
    ],
    'every member of a gateway filter, whatever its type (GH-7)': [
      gateway(
        `{type: CORS, requestHeaderModifier: {remove: [a b]}, responseHeaderModifier: {remove: [a b]}, requestRedirect: ${BAD_PATH}}`,
      ),
      `${at(0)}.requestHeaderModifier.remove[0]: name`,
      `${at(0)}.responseHeaderModifier.remove[0]: name`,
      `${at(0)}.requestRedirect.path.replaceFullPath: redirectPath`,
    ],
    'a gateway redirect (GH-7)': [
      gateway(redirect(BAD_PATH)),
      `${at(0)}.requestRedirect.path.replaceFullPath: redirectPath`,
    ],
    'the header modifiers of a GRPCRoute (GG-5)': [
      grpc(request('{add: [{name: a b, value: "\\n"}]}')),
      `${at(0)}.requestHeaderModifier.add[0].name: name`,
      `${at(0)}.requestHeaderModifier.add[0].value: value`,
    ],
    'a relative path and a status at once': [
      policy(redirect('{path: {type: ReplaceFullPath, replaceFullPath: x}, statusCode: 0}')),
      `${at(0)}.requestRedirect.path.replaceFullPath: redirectPath`,
      `${at(0)}.requestRedirect.statusCode: status`,
    ],
    'a filter beside mistyped ones': [
      policy('5', '{type: Nonsense}', request('{remove: [5, a b]}')),
      `${at(2)}.requestHeaderModifier.remove[1]: name`,
    ],
  },
  reads: [
    [
      policy(request('{remove: ["x:"]}')),
      'spec.rules[0].filters[0].requestHeaderModifier.remove[0] [route/filter]: "x:" is no header name\n' +
        "  a header name has letters, digits and !#$%&'*+-.^_`|~, no spaces and no colon",
    ],
    [
      policy(request('{set: [{name: x, value: "a\\nb"}]}')),
      'spec.rules[0].filters[0].requestHeaderModifier.set[0].value [route/filter]: "a\\nb" is no header value: it holds a control character\n' +
        '  write the value on one line',
    ],
    [
      policy(redirect(BAD_PATH)),
      'spec.rules[0].filters[0].requestRedirect.path.replaceFullPath [route/filter]: the redirect path "x" does not begin with `/`\n' +
        '  write "/x"',
    ],
    [
      policy(redirect('{path: {type: ReplaceFullPath}}')),
      'spec.rules[0].filters[0].requestRedirect.path [route/filter]: the redirect’s path has neither `replaceFullPath` nor `replacePrefixMatch`\n' +
        '  add the one that `type` names, or leave `path` out to keep the path',
    ],
    [
      policy(redirect('{statusCode: 99}')),
      'spec.rules[0].filters[0].requestRedirect.statusCode [route/filter]: 99 is no HTTP status code\n  write 301 or 302',
    ],
  ],
});
