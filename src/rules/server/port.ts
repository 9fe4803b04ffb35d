import { isPortName } from '../../model/label-syntax.js';
import { quote } from '../../model/text.js';
import { defineRule, gatehouse, linkerd } from '../rule.js';

const isPort = (port: number): boolean => Number.isInteger(port) && port >= 1 && port <= 65_535;

/** SRV-3, and the syntax of container port names. */
export const serverPort = defineRule({
  code: 'server/port',
  summary: 'a port that is no number from 1 to 65535 and no valid container port name',
  severity: 'deny',
  kinds: ['policy.linkerd.io/Server'],
  sources: ['SRV-3'],
  messages: {
    number: linkerd(({ value }: { value: string }) => ({
      message: `${value} is no port: port numbers are 1 to 65535`,
      hint: 'write the number of the container port, or its name',
    })),
    kind: linkerd(({ value }: { value: string }) => ({
      message: `a port is a number from 1 to 65535 or a container port name, not ${value}`,
      hint: 'write the number of the container port, or its name',
    })),
    digits: gatehouse(({ value, number }: { value: string; number: string }) => ({
      message: `${value} is text, so Linkerd looks for a container port with that name, and no port can have it`,
      hint: `write the number without quotes: \`port: ${number}\``,
    })),
    name: gatehouse(({ value }: { value: string }) => ({
      message: `${value} is no valid container port name, so this Server could never select a port`,
      hint: 'a port name has 1 to 15 lower-case letters, digits and single dashes, and at least one letter',
    })),
  },
  check({ subject }, report) {
    const { port } = subject.spec;
    const path = ['spec', 'port'];
    if (port === undefined) return;
    if (typeof port === 'number') {
      if (!isPort(port)) report('number', path, { value: quote(port) });
    } else if (typeof port !== 'string') {
      report('kind', path, { value: quote(port) });
    } else if (/^\d+$/.test(port) && isPort(Number(port))) {
      report('digits', path, { value: quote(port), number: String(Number(port)) });
    } else if (!isPortName(port)) {
      report('name', path, { value: quote(port) });
    }
  },
});
