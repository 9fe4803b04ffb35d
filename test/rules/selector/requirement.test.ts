import { selectorRequirement } from '../../../src/rules/selector/requirement.js';
import { testRule } from '../harness.js';

const pods = (...requirements: string[]): string =>
  `{kind: Server, spec: {port: 80, podSelector: {matchExpressions: [${requirements.join(', ')}]}}}`;
const labels = (text: string): string =>
  `{kind: Server, spec: {port: 80, podSelector: {matchLabels: ${text}}}}`;
const at = (i: number): string => `spec.podSelector.matchExpressions[${String(i)}]`;
const long = 'a'.repeat(64);

testRule(selectorRequirement, {
  accepts: {
    'each operator as it is meant': pods(
      '{key: a, operator: In, values: [x, y]}',
      '{key: b, operator: NotIn, values: [x]}',
      '{key: c, operator: Exists}',
      '{key: d, operator: DoesNotExist}',
      '{key: e, operator: Exists, values: null}',
    ),
    'labels and their values': labels('{app: web, app.kubernetes.io/name: Web_1.x, empty: ""}'),
    'a key that is a member of every object': labels('{constructor: x}'),
    'a long prefix, as the API server does': labels(`{${long}.example/x: y}`),
    'an empty value in a list': pods('{key: a, operator: In, values: [""]}'),
    'a selector of Servers': `{kind: ServerAuthorization, spec: {server: {selector: {matchLabels: {app: web}}}}}`,
    'no requirement': pods(),
    'mistyped values: schema/type speaks of them': pods(
      '{key: a, operator: In, values: x}',
      '{key: a, operator: In, values: [1]}',
      '{key: a, operator: Exists, values: 5}',
    ),
    'an unknown operator: schema/type speaks of it': pods('{key: a, operator: in, values: [x]}'),
    'a missing key or operator: schema/type speaks of it': pods(
      '{operator: Exists}',
      '{key: a}',
      '{}',
      'null',
      '5',
    ),
    'a mistyped label: schema/type speaks of it': labels('{app: 1}'),
  },
  reports: {
    'In without values': [
      pods(
        '{key: a, operator: In}',
        '{key: a, operator: In, values: null}',
        '{key: a, operator: In, values: []}',
      ),
      `${at(0)}: missing`,
      `${at(1)}: missing`,
      `${at(2)}.values: missing`,
    ],
    'NotIn without values': [
      pods('{key: a, operator: NotIn}', '{key: a, operator: NotIn, values: []}'),
      `${at(0)}: missing`,
      `${at(1)}.values: missing`,
    ],
    'Exists and DoesNotExist with values, even none': [
      pods('{key: a, operator: Exists, values: [x]}', '{key: a, operator: DoesNotExist, values: []}'),
      `${at(0)}.values: forbidden`,
      `${at(1)}.values: forbidden`,
    ],
    'keys that are no label keys': [
      pods(
        '{key: "", operator: Exists}',
        '{key: a/b/c, operator: Exists}',
        `{key: ${long}, operator: Exists}`,
      ),
      `${at(0)}.key: key`,
      `${at(1)}.key: key`,
      `${at(2)}.key: key`,
    ],
    'values that are no label values': [
      pods(`{key: a, operator: In, values: [x, "a b", ${long}]}`, '{key: a, operator: NotIn, values: [-x]}'),
      `${at(0)}.values[1]: value`,
      `${at(0)}.values[2]: value`,
      `${at(1)}.values[0]: value`,
    ],
    'labels that no pod can have': [
      labels('{-app: web, app: "*", __proto__: x}'),
      'spec.podSelector.matchLabels["-app"]: key',
      'spec.podSelector.matchLabels.app: value',
      'spec.podSelector.matchLabels.__proto__: key',
    ],
    'a bad key with a bad value, both': [
      labels('{"a b": "c d"}'),
      'spec.podSelector.matchLabels["a b"]: key',
      'spec.podSelector.matchLabels["a b"]: value',
    ],
    'a selector of external workloads': [
      '{kind: Server, spec: {port: 80, externalWorkloadSelector: {matchLabels: {app: "*"}}}}',
      'spec.externalWorkloadSelector.matchLabels.app: value',
    ],
    'a selector of Servers': [
      '{kind: ServerAuthorization, spec: {server: {selector: {matchExpressions: [{key: a, operator: In}]}}}}',
      'spec.server.selector.matchExpressions[0]: missing',
    ],
    'a requirement without values beside one whose values are mistyped': [
      pods('{key: a, operator: In, values: x}', '{key: b, operator: In}'),
      `${at(1)}: missing`,
    ],
    'a requirement without values beside a mistyped label of that name': [
      '{kind: Server, spec: {podSelector: {matchLabels: {values: 1}, matchExpressions: [{key: a, operator: In}]}}}',
      `${at(0)}: missing`,
    ],
  },
  reads: [
    [
      pods('{key: a, operator: In}'),
      'spec.podSelector.matchExpressions[0] [selector/requirement]: `In` without values matches nothing, so this selector selects nothing\n' +
        '  name the values, or write `operator: Exists` for any value',
    ],
    [
      pods('{key: a, operator: NotIn, values: []}'),
      'spec.podSelector.matchExpressions[0].values [selector/requirement]: `NotIn` needs values; with an empty list it excludes nothing\n' +
        '  name the values, or leave the requirement out',
    ],
    [
      pods('{key: a, operator: NotIn}'),
      'spec.podSelector.matchExpressions[0] [selector/requirement]: `NotIn` needs values; without them Linkerd treats the requirement as never met\n' +
        '  name the values, or leave the requirement out',
    ],
    [
      pods('{key: a, operator: Exists, values: [x]}'),
      'spec.podSelector.matchExpressions[0].values [selector/requirement]: `Exists` takes no values; with them Linkerd treats the requirement as never met\n' +
        '  leave `values` out, or write `operator: In`',
    ],
    [
      pods('{key: a, operator: DoesNotExist, values: [x]}'),
      'spec.podSelector.matchExpressions[0].values [selector/requirement]: `DoesNotExist` takes no values; with them Linkerd treats the requirement as never met\n' +
        '  leave `values` out, or write `operator: NotIn`',
    ],
    [
      labels('{-app: web}'),
      'spec.podSelector.matchLabels["-app"] [selector/requirement]: "-app" is no valid label key, so no label can have it\n' +
        '  a key has letters, digits, `-`, `_` and `.`, perhaps after a `prefix.example/`',
    ],
    [
      labels('{app: "*"}'),
      'spec.podSelector.matchLabels.app [selector/requirement]: "*" is no valid label value, so no label can have it\n' +
        '  a value has at most 63 letters, digits, `-`, `_` and `.`, and begins and ends with a letter or digit',
    ],
  ],
});
