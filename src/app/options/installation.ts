/** The flags that name our own objects in a cluster, and how long managed certificates live. */
import { isDnsSubdomain } from '../../model/label-syntax.js';
import { fail, ok, type Result } from '../../model/result.js';
import { quote } from '../../model/text.js';

const checked = (value: string): Result<string, string> =>
  isDnsSubdomain(value) ? ok(value) : fail(`${quote(value)} is no name`);

const name = (fallback: string) => (given: readonly string[] | undefined) =>
  checked(given?.at(-1) ?? fallback);

function optionalName(given: readonly string[] | undefined): Result<string | undefined, string> {
  const value = given?.at(-1);
  return value === undefined ? ok(undefined) : checked(value);
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** A whole number of days, hours, minutes or seconds, in ms. */
const lifetime =
  (fallback: string) =>
  (given: readonly string[] | undefined): Result<number, string> => {
    const text = given?.at(-1) ?? fallback;
    const [, count = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
    const ms = Number(count) * (UNITS.get(unit) ?? 0);
    return ms >= 10_000 ? ok(ms) : fail(`${quote(text)} is no time of at least 10s, such as 365d or 12h`);
  };

export const INSTALLATION_FLAGS = {
  serviceName: {
    name: 'service-name',
    placeholder: 'NAME',
    describe: 'the Service that the API server calls',
    defaultText: 'gatehouse',
    parse: name('gatehouse'),
  },
  serviceNamespace: {
    name: 'service-namespace',
    placeholder: 'NAME',
    describe: 'its namespace, which is our own',
    defaultText: 'that of the pod',
    parse: optionalName,
  },
  webhookConfiguration: {
    name: 'webhook-configuration',
    placeholder: 'NAME',
    describe: 'our ValidatingWebhookConfiguration',
    defaultText: 'gatehouse',
    parse: name('gatehouse'),
  },
  caSecret: {
    name: 'ca-secret',
    placeholder: 'NAME',
    describe: 'the Secret with the CA of --tls managed',
    defaultText: 'gatehouse-ca',
    parse: name('gatehouse-ca'),
  },
  lease: {
    name: 'lease',
    placeholder: 'NAME',
    describe: 'the Lease by which one replica is chosen to write',
    defaultText: 'gatehouse',
    parse: name('gatehouse'),
  },
  caLifetime: {
    name: 'ca-lifetime',
    placeholder: 'TIME',
    describe: 'how long a managed CA lives; renewed after two thirds',
    defaultText: '365d',
    parse: lifetime('365d'),
  },
  leafLifetime: {
    name: 'leaf-lifetime',
    placeholder: 'TIME',
    describe: 'how long a managed certificate lives, at most a third of its CA; renewed after two thirds',
    defaultText: '7d',
    parse: lifetime('7d'),
  },
};
