import { routeHeader } from '../../../src/rules/route/header.js';
import { testRule } from '../harness.js';
import { gatewayMatch, grpcMatch, policyMatch } from './manifests.js';

const header = (name: string, value = 'v', type = 'Exact'): string => JSON.stringify({ type, name, value });
const headers = (...list: string[]): string => policyMatch(`{headers: [${list.join(', ')}]}`);
const at = (i: number, member: string): string => `spec.rules[0].matches[0].headers[${String(i)}].${member}`;

testRule(routeHeader, {
  accepts: {
    'a name and a value (HR-5)': headers(header('x-a', 'é')),
    'a name in upper case': headers(header('X-A')),
    'any token characters': headers(header("!#$%&'*+-.^_`|~09")),
    'an empty value, spaces and tabs': headers(header('a', ''), header('a', ' b\tc ')),
    'a pattern with a line break: route/pattern judges it': headers(header('a', 'a\nb', 'RegularExpression')),
    'a value whose type is unknown: schema/type speaks of it': headers(header('a', 'a\nb', 'Regex')),
    'query parameters, whose names and values are free': policyMatch(
      '{queryParams: [{name: a b, value: "a\\nb"}]}',
    ),
    'mistyped headers: schema/type speaks of them': headers('5', 'null', '{name: 5, value: 5}', '{}'),
    'no headers': policyMatch('{headers: null}'),
  },
  reports: {
    'a name with a space (HR-5)': [headers(header('a b', 'c')), `${at(0, 'name')}: name`],
    'a value with a line break (HR-5)': [headers(header('a', 'a\nb')), `${at(0, 'value')}: value`],
    'a value with a delete character': [headers(header('a', '\u007f')), `${at(0, 'value')}: value`],
    'an empty name': [headers(header('')), `${at(0, 'name')}: name`],
    'a pseudo-header': [headers(header(':path')), `${at(0, 'name')}: name`],
    'a name that is not ASCII': [headers(header('é')), `${at(0, 'name')}: name`],
    'a name of 65,536 characters': [headers(header('a'.repeat(65_536))), `${at(0, 'name')}: name`],
    'the name of a pattern': [headers(header('a b', 'c', 'RegularExpression')), `${at(0, 'name')}: name`],
    'a value without a type, which is exact': [
      headers('{name: a, value: "\\n"}'),
      `${at(0, 'value')}: value`,
    ],
    'name and value, and each header': [
      headers(header('a b', '\n'), header('a'), header('c d')),
      `${at(0, 'name')}: name`,
      `${at(0, 'value')}: value`,
      `${at(2, 'name')}: name`,
    ],
    'a gateway HTTPRoute (GH-5)': [gatewayMatch(`{headers: [${header('a b')}]}`), `${at(0, 'name')}: name`],
    'a GRPCRoute (GG-4)': [
      grpcMatch(`{headers: [${header('a b', '\n')}]}`),
      `${at(0, 'name')}: name`,
      `${at(0, 'value')}: value`,
    ],
    'a header beside mistyped ones': [headers('5', '{name: a b, value: 5}'), `${at(1, 'name')}: name`],
  },
  reads: [
    [
      headers(header('x a')),
      'spec.rules[0].matches[0].headers[0].name [route/header]: "x a" is no header name\n' +
        "  a header name has letters, digits and !#$%&'*+-.^_`|~, no spaces and no colon",
    ],
    [
      headers(header('a', 'a\nb')),
      'spec.rules[0].matches[0].headers[0].value [route/header]: "a\\nb" is no header value: it holds a control character\n' +
        '  write the value on one line',
    ],
  ],
});
