import { routeSingleRule } from '../../../src/rules/route/single-rule.js';
import { testRule } from '../harness.js';
import { gatewayRoute } from './manifests.js';

const rule = '{backendRefs: [{name: s, port: 80}]}';
const tcp = (...rules: string[]): string => gatewayRoute('TCPRoute', `{rules: [${rules.join(', ')}]}`);
const tls = (...rules: string[]): string =>
  gatewayRoute('TLSRoute', `{hostnames: [a.example], rules: [${rules.join(', ')}]}`);
const count = 'spec.rules: count';

testRule(routeSingleRule, {
  accepts: {
    'one rule of a TLSRoute (GT-2)': tls(rule),
    'one rule of a TCPRoute (GC-2)': tcp(rule),
    'a TLSRoute without hostnames, which Linkerd cannot read (GT-3)': gatewayRoute(
      'TLSRoute',
      `{rules: [${rule}, ${rule}]}`,
    ),
    'a rule without backends, which Linkerd cannot read (GC-3, GT-4)': tcp(rule, '{}'),
    'no rules, which Linkerd cannot read': gatewayRoute('TCPRoute', '{}'),
    'an HTTPRoute of two rules': gatewayRoute('HTTPRoute', '{rules: [{}, {}]}'),
  },
  reports: {
    'two rules of a TLSRoute (GT-2)': [tls(rule, rule), count],
    'two rules of a TCPRoute (GC-2)': [tcp(rule, rule), count],
    'an empty list of a TLSRoute (GT-2)': [tls(), count],
    'an empty list of a TCPRoute (GC-2)': [tcp(), count],
  },
  reads: [
    [
      tcp(rule, rule),
      'spec.rules [route/single-rule]: a TCPRoute has exactly one rule; this one has 2\n  write one route for each rule',
    ],
    [tls(), 'spec.rules [route/single-rule]: a TLSRoute has exactly one rule; this one has 0\n  add a rule'],
  ],
});
