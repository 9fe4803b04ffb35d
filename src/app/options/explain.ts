/** The flags of `gatehouse explain`. */
import { isHeaderName, isHeaderValue } from '../../model/http-header.js';
import { parseAddress } from '../../model/ip.js';
import { fail, ok, type Result } from '../../model/result.js';
import { quote } from '../../model/text.js';
import { nearest } from '../../model/nearest.js';
import { SPOKEN, type Spoken } from '../../policy/endpoints/traffic.js';
import { oneOf, optionalText, switchedOn, type Flag } from './flag.js';

export const EXPLAIN_FORMATS = ['text', 'json'] as const;

const flag = <T>(definition: Flag<T>): Flag<T> => definition;

const text = (definition: Omit<Flag<string | undefined>, 'parse'>): Flag<string | undefined> =>
  flag({ ...definition, parse: optionalText });

function spoken(given: readonly string[] | undefined): Result<Spoken | undefined, string> {
  const value = given?.at(-1);
  const found = SPOKEN.find((word) => word === value);
  if (value === undefined || found !== undefined) return ok(found);
  const near = nearest(value, SPOKEN);
  return fail(
    `${quote(value)} is none of ${SPOKEN.join(', ')}${near === undefined ? '' : `; did you mean ${near}?`}`,
  );
}

function address(given: readonly string[] | undefined): Result<string | undefined, string> {
  const value = given?.at(-1);
  return value === undefined || parseAddress(value) !== undefined
    ? ok(value)
    : fail(`${quote(value)} is no address, e.g. 10.1.2.3`);
}

/** `name:value`, white space around the value aside. */
function headers(
  given: readonly string[] | undefined,
): Result<readonly { readonly name: string; readonly value: string }[], string> {
  const parsed = (given ?? []).map((item) => {
    const colon = item.indexOf(':');
    return { item, name: item.slice(0, Math.max(0, colon)), value: item.slice(colon + 1).trim() };
  });
  const bad = parsed.filter(({ name, value }) => !isHeaderName(name) || !isHeaderValue(value));
  return bad.length === 0
    ? ok(parsed.map(({ name, value }) => ({ name, value })))
    : fail(`${bad.map(({ item }) => quote(item)).join(', ')} is no header as name:value`);
}

export const EXPLAIN_FLAGS = {
  from: text({
    name: 'from',
    placeholder: 'CLIENT',
    describe:
      'who asks: a workload (namespace/name, deploy/name), namespace/serviceaccount, an identity, or an address',
    defaultText: '',
  }),
  to: text({
    name: 'to',
    placeholder: 'WORKLOAD:PORT',
    describe: 'whom is asked for: namespace/workload:port, the port by number or name',
    defaultText: '',
  }),
  log: text({
    name: 'log',
    placeholder: 'LINE',
    describe: 'a line in which a proxy logged a denial, instead of --from; - reads it from standard input',
    defaultText: '',
  }),
  method: text({
    name: 'method',
    placeholder: 'METHOD',
    describe: 'of the request',
    defaultText: 'GET, of gRPC POST',
  }),
  path: text({
    name: 'path',
    placeholder: 'PATH',
    describe: 'of the request; of gRPC /service/method',
    defaultText: '/, of gRPC a method that no route names',
  }),
  host: text({ name: 'host', placeholder: 'HOST', describe: 'that the request names', defaultText: 'none' }),
  headers: flag({
    name: 'header',
    placeholder: 'NAME:VALUE',
    repeatable: true,
    describe: 'of the request',
    defaultText: 'none',
    parse: headers,
  }),
  protocol: flag({
    name: 'protocol',
    placeholder: 'PROTOCOL',
    describe: `what the client speaks: ${SPOKEN.join(', ')}`,
    defaultText: 'what the port is for',
    parse: spoken,
  }),
  unmeshed: flag({
    name: 'unmeshed',
    describe: 'treat the client as having no proxy',
    defaultText: 'false',
    parse: switchedOn,
  }),
  clientIp: flag({
    name: 'client-ip',
    placeholder: 'ADDRESS',
    describe: 'where the client calls from',
    defaultText: 'its pods’ addresses, else any in the cluster’s networks',
    parse: address,
  }),
  output: flag({
    name: 'output',
    short: 'o',
    placeholder: 'FORMAT',
    describe: `how the answer is printed: ${EXPLAIN_FORMATS.join(', ')}`,
    defaultText: 'text',
    parse: oneOf(EXPLAIN_FORMATS, 'text'),
  }),
};
