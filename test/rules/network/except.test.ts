import { networkExcept } from '../../../src/rules/network/except.js';
import { testRule } from '../harness.js';

const network = (cidr: string, ...except: string[]): string =>
  `{kind: NetworkAuthentication, spec: {networks: [{cidr: ${cidr}, except: [${except.join(', ')}]}]}}`;
const whole = (i: number): string => `spec.networks[0].except[${String(i)}]: whole`;
const outside = (i: number): string => `spec.networks[0].except[${String(i)}]: outside`;

testRule(networkExcept, {
  accepts: {
    'a part (NA-4)': network('10.0.0.0/8', '10.1.0.0/16'),
    'one address (NA-5)': network('10.0.0.0/8', '10.0.0.1'),
    'a part, whatever its host bits': network('10.9.9.9/8', '10.1.2.3/16'),
    'exceptions that overlap, or cover it all together': network(
      '10.0.0.0/8',
      '10.0.0.0/9',
      '10.128.0.0/9',
      '10.0.0.0/16',
    ),
    'a part of everything': network('0.0.0.0/0', '0.0.0.0/1', '255.255.255.255'),
    'a part of an IPv6 network': network('"fd00::/8"', '"fd00::/9"'),
    'no exceptions': network('10.0.0.0/8'),
    'texts that are no network: network/cidr speaks of them': network('10.0.0.0/33', '11.0.0.0/16', 'x'),
    'an exception that is no network': network('10.0.0.0/8', 'x', '""'),
    'mistyped exceptions: schema/type speaks of them': network('10.0.0.0/8', '5', 'null'),
    'a mistyped network: schema/type speaks of it': network('5', '11.0.0.0/16'),
  },
  reports: {
    'an exception equal to it (NA-4)': [network('10.0.0.0/8', '10.0.0.0/8'), whole(0)],
    'an exception equal to it but for host bits': [network('10.0.0.0/8', '10.1.2.3/8'), whole(0)],
    'an exception around it (NA-4)': [network('10.0.0.0/8', '0.0.0.0/0'), whole(0)],
    'an address but itself': [network('10.0.0.1', '10.0.0.1/32'), whole(0)],
    'an exception beside it (NA-5)': [network('10.0.0.0/8', '11.0.0.0/16'), outside(0)],
    'an exception of another family (NA-5)': [network('10.0.0.0/8', '"::1"'), outside(0)],
    'an embedded IPv4 address, which is of another family': [
      network('10.0.0.0/8', '"::ffff:10.0.0.1"'),
      outside(0),
    ],
    'an IPv4 exception of an IPv6 network': [network('"::/0"', '10.0.0.0/8'), outside(0)],
    'each bad exception': [
      network('10.0.0.0/8', '10.0.0.0/8', '10.1.0.0/16', '11.0.0.0/8', 'x', '0.0.0.0/0'),
      whole(0),
      outside(2),
      whole(4),
    ],
    'an EgressNetwork (EN-4, EN-5)': [
      '{kind: EgressNetwork, spec: {trafficPolicy: Deny, networks: [{cidr: 10.0.0.0/8, except: [10.0.0.0/8, 11.0.0.0/8]}]}}',
      whole(0),
      outside(1),
    ],
    'a ServerAuthorization (SAZ-4, SAZ-5)': [
      '{kind: ServerAuthorization, spec: {client: {networks: [{cidr: 10.0.0.0/8, except: [10.0.0.0/8, 11.0.0.0/8]}]}}}',
      'spec.client.networks[0].except[0]: whole',
      'spec.client.networks[0].except[1]: outside',
    ],
  },
  reads: [
    [
      network('10.0.0.0/8', '0.0.0.0/0'),
      'spec.networks[0].except[0] [network/except]: the exception "0.0.0.0/0" covers all of "10.0.0.0/8", so that nothing is left\n' +
        '  leave the network out, or except a smaller part of it',
    ],
    [
      network('10.1.2.3/8', '11.0.0.0/16'),
      'spec.networks[0].except[0] [network/except]: the exception "11.0.0.0/16" is no part of "10.1.2.3/8"\n' +
        '  except something inside 10.0.0.0/8, or leave the exception out: what lies outside does not count anyway',
    ],
  ],
});
