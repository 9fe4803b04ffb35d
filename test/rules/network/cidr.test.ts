import { networkCidr } from '../../../src/rules/network/cidr.js';
import { testRule } from '../harness.js';

const networks = (...cidrs: string[]): string =>
  `{kind: NetworkAuthentication, spec: {networks: [${cidrs.map((cidr) => `{cidr: ${cidr}}`).join(', ')}]}}`;
const at = (i: number): string => `spec.networks[${String(i)}].cidr: syntax`;
const reads = (text: string, cause: string): [string, string] => [
  networks(JSON.stringify(text)),
  `spec.networks[0].cidr [network/cidr]: ${JSON.stringify(text)} is no network: ${cause}\n` +
    '  write an IPv4 or IPv6 address, or `address/prefix` such as 10.0.0.0/8 or fd00::/8',
];

testRule(networkCidr, {
  accepts: {
    'networks and bare addresses (NA-3)': networks(
      '10.0.0.0/8',
      '10.0.0.1',
      '"::1"',
      '"fd00::/8"',
      '0.0.0.0/0',
      '"::/0"',
    ),
    'host bits': networks('10.1.2.3/8'),
    'leading zeros before a prefix': networks('010.0.0.01/08'),
    'an embedded IPv4 address': networks('"::ffff:10.0.0.1/128"', '"::ffff:10.0.0.1"'),
    exceptions:
      '{kind: NetworkAuthentication, spec: {networks: [{cidr: 10.0.0.0/8, except: [10.0.0.1, 10.1.0.0/16]}]}}',
    'null and empty exceptions':
      '{kind: NetworkAuthentication, spec: {networks: [{cidr: "::1", except: null}, {cidr: "::2", except: []}]}}',
    'an empty list of a ServerAuthorization (SAZ-3)':
      '{kind: ServerAuthorization, spec: {client: {unauthenticated: true, networks: []}}}',
    'mistyped members: schema/type speaks of them':
      '{kind: NetworkAuthentication, spec: {networks: [5, null, {}, {cidr: 5}, {cidr: "::1", except: x}, {cidr: "::1", except: [5]}]}}',
    'no spec': '{kind: EgressNetwork}',
  },
  reports: {
    'a prefix above 32 (NA-3)': [networks('10.0.0.0/33'), at(0)],
    'a word (NA-3)': [networks('cluster'), at(0)],
    'a bare address with leading zeros': [networks('010.0.0.1'), at(0)],
    'an empty text': [networks('""'), at(0)],
    'each bad network': [networks('x', '10.0.0.0/8', 'y'), at(0), at(2)],
    'a network and its exceptions': [
      '{kind: NetworkAuthentication, spec: {networks: [{cidr: x, except: [y, 10.0.0.1, ""]}]}}',
      at(0),
      'spec.networks[0].except[0]: syntax',
      'spec.networks[0].except[2]: syntax',
    ],
    'an EgressNetwork (EN-3)': [
      '{kind: EgressNetwork, spec: {trafficPolicy: Deny, networks: [{cidr: 10.0.0.0/8, except: [10.0.0.0/33]}]}}',
      'spec.networks[0].except[0]: syntax',
    ],
    'a ServerAuthorization (SAZ-3)': [
      '{kind: ServerAuthorization, spec: {server: {name: web}, client: {unauthenticated: true, networks: [{cidr: x}]}}}',
      'spec.client.networks[0].cidr: syntax',
    ],
    'a bad network beside mistyped ones': [
      '{kind: NetworkAuthentication, spec: {networks: [{cidr: 5, except: [x]}, {except: [y]}, {cidr: z, except: 5}]}}',
      'spec.networks[0].except[0]: syntax',
      'spec.networks[1].except[0]: syntax',
      at(2),
    ],
  },
  reads: [
    reads('', 'it is empty'),
    reads('10.0.0.0 /8', 'it holds a space'),
    reads('fe80::1%eth0', 'zones are not allowed'),
    reads('cluster', '"cluster" is no IP address'),
    reads('10.0.0/8', '"10.0.0" is no IP address'),
    reads('256.0.0.1', '"256.0.0.1" is no IP address'),
    reads('010.0.0.1', 'leading zeros are not allowed here'),
    reads('10.0.0.0/33', 'the prefix is longer than the 32 bits of the address'),
    reads('10.0.0.0/100', 'the prefix is longer than the 32 bits of the address'),
    reads('::/129', 'the prefix is longer than the 128 bits of the address'),
    reads('10.0.0.0/008', '"008" is no prefix length'),
    reads('10.0.0.0/255.0.0.0', '"255.0.0.0" is no prefix length'),
    reads('10.0.0.0/8/8', '"8/8" is no prefix length'),
    reads('10.0.0.0/032', '"032" is no prefix length'),
    reads('10.0.0.0/', '"" is no prefix length'),
    reads('/8', '"" is no IP address'),
  ],
});
