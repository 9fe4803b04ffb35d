/** Sorts the errors of single connections into closed lists, for metrics. */
import type { HttpFailure, TlsFailure } from './ports.js';

const TLS_FAILURES: ReadonlyMap<string, TlsFailure> = new Map([
  ['ECONNRESET', 'reset'],
  ['EPIPE', 'reset'],
  ['ERR_TLS_HANDSHAKE_TIMEOUT', 'timeout'],
  ['ERR_SSL_HTTP_REQUEST', 'plain-http'],
  ['ERR_SSL_NO_APPLICATION_PROTOCOL', 'alpn'],
  ['ERR_SSL_NO_SHARED_CIPHER', 'cipher'],
  ['ERR_SSL_UNSUPPORTED_PROTOCOL', 'version'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'version'],
  ['ERR_SSL_VERSION_TOO_LOW', 'version'],
  ['ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE', 'client-certificate'],
  // The other side does not trust us: most often a `caBundle` that is not ours.
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'certificate-refused'],
  ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', 'certificate-refused'],
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', 'certificate-refused'],
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN', 'certificate-refused'],
]);

/** Why a handshake failed. */
export function tlsFailure(
  error: NodeJS.ErrnoException,
  socket: { readonly authorizationError: unknown },
): TlsFailure {
  // Node ends the connection itself when it cannot verify a certificate, and calls that a reset.
  const { authorizationError } = socket;
  if (authorizationError !== null && authorizationError !== undefined) return 'client-certificate';
  return TLS_FAILURES.get(error.code ?? '') ?? 'other';
}

const HTTP_FAILURES: ReadonlyMap<string, { readonly reason: HttpFailure; readonly status: string }> = new Map(
  [
    ['HPE_HEADER_OVERFLOW', { reason: 'headers-too-large', status: '431 Request Header Fields Too Large' }],
    ['ERR_HTTP_REQUEST_TIMEOUT', { reason: 'request-timeout', status: '408 Request Timeout' }],
  ],
);
const BAD_REQUEST = { reason: 'http', status: '400 Bad Request' } as const;

/** What is wrong with bytes that are no request, and the status that says so; undefined when nobody listens. */
export function httpFailure(
  error: NodeJS.ErrnoException,
): { readonly reason: HttpFailure; readonly status: string } | undefined {
  const code = error.code ?? '';
  // The caller hung up in the middle of a request.
  if (code === 'HPE_INVALID_EOF_STATE') return undefined;
  return HTTP_FAILURES.get(code) ?? (code.startsWith('HPE_') ? BAD_REQUEST : undefined);
}
