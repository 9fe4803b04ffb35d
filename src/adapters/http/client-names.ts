/** The names in a client's certificate: its common name, and the DNS names and URIs it was issued for. */
import type { X509Certificate } from 'node:crypto';

export function namesOf(certificate: X509Certificate): string[] {
  // A subject may hold several common names; the types know of one.
  const common: unknown = certificate.toLegacyObject().subject.CN;
  const names = Array.isArray(common) ? common : [common];
  return [
    ...names.filter((name) => typeof name === 'string'),
    ...alternativeNames(certificate.subjectAltName ?? ''),
  ];
}

/**
 * The DNS names and URIs of Node's one-line spelling, `DNS:a, URI:"b, DNS:c"`. A value with a comma or a quote in
 * it is written as a JSON string, so that a crafted name cannot pass for two.
 */
export function alternativeNames(text: string): string[] {
  const entries = text.matchAll(/(?:^|, )([^:,"]+):("(?:[^"\\]|\\.)*"|[^,"]*)/gy);
  return [...entries].flatMap(([, type, value = '']) =>
    type === 'DNS' || type === 'URI' ? [value.startsWith('"') ? unquoted(value) : value] : [],
  );
}

function unquoted(text: string): string {
  const value: unknown = JSON.parse(text);
  return typeof value === 'string' ? value : '';
}
