import { routePath } from '../../../src/rules/route/path.js';
import { testRule } from '../harness.js';
import { gatewayMatch, policyMatch, policyRoute } from './manifests.js';

const path = (text: string): string => policyMatch(`{path: ${text}}`);
const relative = 'spec.rules[0].matches[0].path.value: relative';

testRule(routePath, {
  accepts: {
    'a prefix (HR-3)': path('{value: /a}'),
    'an exact path': path('{type: Exact, value: /a}'),
    'the root': path('{type: PathPrefix, value: /}'),
    'no value, which is the root (HR-3)': path('{type: Exact}'),
    'null members': path('{type: null, value: null}'),
    'no path': policyMatch('{method: GET}'),
    'a null path': path('null'),
    'a regular expression: route/pattern judges it': path('{type: RegularExpression, value: a.*}'),
    'a mistyped value: schema/type speaks of it': path('{value: 5}'),
    'an unknown type: schema/type speaks of it': path('{type: Regex, value: a.*}'),
    'a mistyped type: schema/type speaks of it': path('{type: 5, value: a}'),
    'rules and matches that are not there': policyRoute('{rules: [{}, {matches: null}, {matches: []}]}'),
    'a gateway route that Linkerd cannot read (GH-0)': gatewayMatch('{path: {type: Regex, value: a}}'),
  },
  reports: {
    'a prefix without a slash (HR-3)': [path('{value: a}'), relative],
    'an exact path without a slash': [path('{type: Exact, value: a}'), relative],
    'an empty path': [path('{type: PathPrefix, value: ""}'), relative],
    'a URL': [path('{value: "http://x/a"}'), relative],
    'a path after a space': [path('{value: " /a"}'), relative],
    'a gateway HTTPRoute (GH-3)': [gatewayMatch('{path: {value: a}}'), relative],
    'each relative path of each rule': [
      policyRoute(
        '{rules: [{matches: [{path: {value: a}}, {path: {value: /a}}]}, {matches: [{}, {path: {value: b}}]}]}',
      ),
      relative,
      'spec.rules[1].matches[1].path.value: relative',
    ],
    'a relative path beside mistyped neighbours': [
      policyRoute('{rules: [5, {matches: [null, {path: {value: a}, method: 5, headers: x}]}]}'),
      'spec.rules[1].matches[1].path.value: relative',
    ],
  },
  reads: [
    [
      path('{value: api/v1}'),
      'spec.rules[0].matches[0].path.value [route/path]: the path "api/v1" does not begin with `/`, so no request can match it\n' +
        '  write "/api/v1"',
    ],
  ],
});
