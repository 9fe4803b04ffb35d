import { routeTimeouts } from '../../../src/rules/route/timeouts.js';
import { testRule } from '../harness.js';
import { gatewayRoute, policyRoute } from './manifests.js';

const timeouts = (text: string): string => policyRoute(`{rules: [{timeouts: ${text}}]}`);
const request = (text: string): string => timeouts(`{request: ${JSON.stringify(text)}}`);
const at = 'spec.rules[0].timeouts';

testRule(routeTimeouts, {
  accepts: {
    'a timeout (HR-9)': request('10s'),
    'parts of several units': request('1h30m5s'),
    'numbers with a bare point': timeouts('{request: 5.s, backendRequest: .5s}'),
    'micro with either sign': timeouts('{request: 1\u00b5s, backendRequest: 1\u03bcs}'),
    'zero without a unit': request('0'),
    'an empty text, which is zero': request(''),
    'equal timeouts in different words (HR-10)': timeouts('{request: 1m, backendRequest: 60s}'),
    'the shorter for the backend (HR-10)': timeouts('{request: 10s, backendRequest: 5s}'),
    'one timeout alone': timeouts('{backendRequest: 5s}'),
    'null timeouts': timeouts('{request: null, backendRequest: null}'),
    'mistyped timeouts: schema/type speaks of them': timeouts('{request: 5, backendRequest: [5s]}'),
    'a gateway HTTPRoute, whose timeouts Linkerd does not check': gatewayRoute(
      'HTTPRoute',
      '{rules: [{timeouts: {request: x, backendRequest: -1s}}]}',
    ),
    'no timeouts': policyRoute('{rules: [{}, {timeouts: null}]}'),
  },
  reports: {
    'a number without a unit (HR-9)': [request('5'), `${at}.request: syntax`],
    'days, which only annotations know': [request('1d'), `${at}.request: syntax`],
    'a space': [request('5 s'), `${at}.request: syntax`],
    'a negative part, which crashes Linkerd': [request('1h-5m'), `${at}.request: syntax`],
    'an enormous timeout, which crashes Linkerd': [request('99999999999999999h'), `${at}.request: syntax`],
    'a negative timeout (HR-9)': [request('-1s'), `${at}.request: negative`],
    'minus zero': [request('-0s'), `${at}.request: negative`],
    'both timeouts': [
      timeouts('{request: -1s, backendRequest: x}'),
      `${at}.request: negative`,
      `${at}.backendRequest: syntax`,
    ],
    'the longer for the backend (HR-10)': [
      timeouts('{request: 1s, backendRequest: 2s}'),
      `${at}.backendRequest: backendLonger`,
    ],
    'a nanosecond more': [
      timeouts('{request: 1s, backendRequest: 1s1ns}'),
      `${at}.backendRequest: backendLonger`,
    ],
    'no time for the request (HR-10)': [
      timeouts('{request: 0s, backendRequest: 1ms}'),
      `${at}.backendRequest: backendLonger`,
    ],
    'a request that ends in a bare zero, which is zero': [
      timeouts('{request: 1h0, backendRequest: 1s}'),
      `${at}.backendRequest: backendLonger`,
    ],
    'each rule': [
      policyRoute('{rules: [{timeouts: {request: x}}, {}, {timeouts: {request: y}}]}'),
      `${at}.request: syntax`,
      'spec.rules[2].timeouts.request: syntax',
    ],
    'one beside a mistyped one': [
      timeouts('{request: 5, backendRequest: x}'),
      `${at}.backendRequest: syntax`,
    ],
  },
  reads: [
    [
      request('5'),
      'spec.rules[0].timeouts.request [route/timeouts]: "5" is no duration\n' +
        '  write numbers with units, e.g. 10s, 500ms or 1m30s',
    ],
    [
      request('-1s'),
      'spec.rules[0].timeouts.request [route/timeouts]: the timeout "-1s" is negative\n' +
        '  write a positive duration, or leave the timeout out for none',
    ],
    [
      timeouts('{request: 1s, backendRequest: 2s}'),
      'spec.rules[0].timeouts.backendRequest [route/timeouts]: the backend request may take "2s", longer than the whole request with "1s"\n' +
        '  make `backendRequest` at most as long as `request`',
    ],
  ],
});
