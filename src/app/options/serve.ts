/** The flags of `gatehouse serve` besides the common ones. */
import { ok, type Result } from '../../model/result.js';
import { listen } from './address.js';
import { oneOf, optionalText, text, texts } from './flag.js';

export const TLS_MODES = ['self-signed', 'files', 'managed'] as const;
export type TlsMode = (typeof TLS_MODES)[number];

const tlsMode = (given: readonly string[] | undefined): Result<TlsMode | undefined, string> =>
  given === undefined ? ok(undefined) : oneOf(TLS_MODES, 'self-signed')(given);

export const SERVE_FLAGS = {
  listen: {
    name: 'listen',
    placeholder: 'HOST:PORT',
    describe: 'where the webhook listens, or off',
    defaultText: '9443, on 127.0.0.1 with --manifests, else on all interfaces',
    parse: listen('9443'),
  },
  adminListen: {
    name: 'admin-listen',
    placeholder: 'HOST:PORT',
    describe: 'where /live, /ready, /metrics and /api are, or off',
    defaultText: '9990, likewise',
    parse: listen('9990'),
  },
  grpcListen: {
    name: 'grpc-listen',
    placeholder: 'HOST:PORT',
    describe: 'where the inbound policy API listens, in plain text, or off',
    defaultText: '8090, likewise',
    parse: listen('8090'),
  },
  api: {
    name: 'api',
    placeholder: 'WHEN',
    describe:
      'whether the admin port answers /api/explain, /api/matrix and /api/findings: auto (if only this machine reaches it), on, off',
    defaultText: 'auto',
    parse: oneOf(['auto', 'on', 'off'], 'auto'),
  },
  tls: {
    name: 'tls',
    placeholder: 'MODE',
    describe: `where the certificate comes from: ${TLS_MODES.join(', ')}`,
    defaultText: 'self-signed with --manifests, else files',
    parse: tlsMode,
  },
  certs: {
    name: 'certs',
    placeholder: 'DIR',
    describe: 'tls.crt, tls.key and ca.crt',
    defaultText: 'certs',
    parse: text('certs'),
  },
  tlsMinVersion: {
    name: 'tls-min-version',
    placeholder: 'VERSION',
    describe: 'the oldest TLS version that is spoken, 1.2 or 1.3',
    defaultText: '1.2',
    parse: oneOf(['1.2', '1.3'], '1.2'),
  },
  clientCa: {
    name: 'client-ca',
    placeholder: 'FILE',
    describe: 'ask callers for a certificate of this CA; read again when it changes',
    defaultText: '',
    parse: optionalText,
  },
  clientName: {
    name: 'client-name',
    placeholder: 'NAME',
    repeatable: true as const,
    describe: 'a name that such a certificate may have',
    defaultText: '',
    parse: texts,
  },
  logLevel: {
    name: 'log-level',
    placeholder: 'LEVEL',
    describe: 'the least level that is logged: debug, info, warn, error',
    defaultText: 'info',
    parse: oneOf(['debug', 'info', 'warn', 'error'], 'info'),
  },
};
