/** The syntax of Kubernetes names that policy mentions. */

const NAME = /^(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const DNS_LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;

/** Whether `key` is a label key: an optional DNS subdomain and `/`, then a name of 1..63 characters. */
export function isLabelKey(key: string): boolean {
  const slash = key.indexOf('/');
  if (slash < 0) return isQualifiedName(key);
  return isDnsSubdomain(key.slice(0, slash)) && isQualifiedName(key.slice(slash + 1));
}

const isQualifiedName = (name: string): boolean => name.length <= 63 && NAME.test(name);

/** Whether `value` is a label value: empty, or a name of at most 63 characters. */
export const isLabelValue = (value: string): boolean => value === '' || isQualifiedName(value);

/**
 * Whether `name` is a DNS subdomain of at most 253 characters, as the API server checks it: unlike in DNS, one label
 * of it may have more than 63.
 */
export const isDnsSubdomain = (name: string): boolean =>
  name.length <= 253 && name.split('.').every((label) => DNS_LABEL.test(label));

/**
 * Whether `name` is a container port name: 1..15 lower-case letters, digits and dashes, at least one letter, no
 * dash at either end and no two in a row (IANA service name, as the API server checks it).
 */
export const isPortName = (name: string): boolean =>
  name.length <= 15 && DNS_LABEL.test(name) && /[a-z]/.test(name) && !name.includes('--');
