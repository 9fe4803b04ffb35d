import { serverPort } from '../../../src/rules/server/port.js';
import { testRule } from '../harness.js';

const port = (value: string): string =>
  `{kind: Server, spec: {podSelector: {matchLabels: {}}, port: ${value}}}`;

testRule(serverPort, {
  accepts: {
    'the lowest port': port('1'),
    'the highest port': port('65535'),
    'a whole number written as a float': port('80.0'),
    'a name': port('http'),
    'a name of 15 characters': port('abcdefghij-klm0'),
    'a name with digits and one letter': port('8080a'),
    'a name that is a member of every object': port('constructor'),
    'no port: schema/type asks for it': '{kind: Server, spec: {podSelector: {}}}',
    'no spec': '{kind: Server}',
  },
  reports: {
    'port 0 (SRV-3)': [port('0'), 'spec.port: number'],
    'a port above 65535 (SRV-3)': [port('65536'), 'spec.port: number'],
    'port 70000 (SRV-3)': [port('70000'), 'spec.port: number'],
    'a negative port (SRV-3)': [port('-1'), 'spec.port: number'],
    'half a port': [port('80.5'), 'spec.port: number'],
    'a number that no integer holds': [port('1e300'), 'spec.port: number'],
    'true (SRV-3)': [port('true'), 'spec.port: kind'],
    'null: a port is required': [port('null'), 'spec.port: kind'],
    'a list': [port('[80]'), 'spec.port: kind'],
    'an object': [port('{number: 80}'), 'spec.port: kind'],
    'a number in quotes': [port('"8080"'), 'spec.port: digits'],
    'a number in quotes with leading zeros': [port('"0080"'), 'spec.port: digits'],
    'a number in quotes that is no port': [port('"70000"'), 'spec.port: name'],
    'zero in quotes': [port('"0"'), 'spec.port: name'],
    'an empty name': [port('""'), 'spec.port: name'],
    'a name of 16 characters': [port('abcdefghij-klmn0'), 'spec.port: name'],
    'a name in upper case': [port('HTTP'), 'spec.port: name'],
    'a name with an underscore': [port('my_port'), 'spec.port: name'],
    'a name that begins with a dash': [port('"-http"'), 'spec.port: name'],
    'a name with two dashes in a row': [port('a--b'), 'spec.port: name'],
    'a name without a letter': [port('"1-2"'), 'spec.port: name'],
    __proto__: [port('__proto__'), 'spec.port: name'],
  },
  reads: [
    [
      port('70000'),
      'spec.port [server/port]: 70000 is no port: port numbers are 1 to 65535\n' +
        '  write the number of the container port, or its name',
    ],
    [
      port('true'),
      'spec.port [server/port]: a port is a number from 1 to 65535 or a container port name, not true\n' +
        '  write the number of the container port, or its name',
    ],
    [
      port('"0080"'),
      'spec.port [server/port]: "0080" is text, so Linkerd looks for a container port with that name, and no port can have it\n' +
        '  write the number without quotes: `port: 80`',
    ],
    [
      port('HTTP'),
      'spec.port [server/port]: "HTTP" is no valid container port name, so this Server could never select a port\n' +
        '  a port name has 1 to 15 lower-case letters, digits and single dashes, and at least one letter',
    ],
  ],
});
