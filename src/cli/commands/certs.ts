import { ensureSelfSigned } from '../../adapters/certs/self-signed.js';
import { text, texts } from '../../app/options/flag.js';
import { isIP } from 'node:net';
import { defineCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';

const FLAGS = {
  certs: {
    name: 'certs',
    placeholder: 'DIR',
    describe: 'where tls.crt, tls.key and ca.crt go',
    defaultText: 'certs',
    parse: text('certs'),
  },
  dns: {
    name: 'dns',
    placeholder: 'NAME',
    repeatable: true as const,
    describe: 'a DNS name or address that the certificate is for, e.g. gatehouse.gatehouse.svc',
    defaultText: 'localhost,127.0.0.1,::1',
    parse: texts,
  },
};

export const certsCommand = defineCommand(
  {
    name: 'certs',
    operands: '',
    describe:
      'Makes a CA and a serving certificate of it, valid for a year, for installing Gatehouse by hand. A pair that is there and good is kept.',
  },
  FLAGS,
  async ({ values, terminal }) => {
    const names = values.dns.length === 0 ? ['localhost', '127.0.0.1', '::1'] : values.dns;
    const { made } = await ensureSelfSigned(values.certs, {
      dnsNames: names.filter((name) => isIP(name) === 0),
      ipAddresses: names.filter((name) => isIP(name) !== 0),
      now: terminal.now(),
    });
    terminal.out(
      made === undefined
        ? `${values.certs}: the pair there is good\n`
        : `${values.certs}: made a new pair (${made})\n`,
    );
    return EXIT.fine;
  },
);
