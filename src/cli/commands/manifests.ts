import { printYaml } from '../../adapters/manifests/print-yaml.js';
import { manifests } from '../../app/manifests/objects.js';
import { overlay, readValues } from '../../app/manifests/read-values.js';
import { CERTIFICATE_MODES, defaultValues, FAILURE_POLICIES, HA_VALUES } from '../../app/manifests/values.js';
import { oneOf, optionalText, switchedOn } from '../../app/options/flag.js';
import { namespaceFlag } from '../../app/options/install.js';
import { ok, type Result } from '../../model/result.js';
import { defineCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';

const PARTS = ['all', 'server', 'webhook'] as const;

/** One of `words`; undefined when not given. */
const maybeOneOf =
  <const W extends readonly string[]>(words: W) =>
  (given: readonly string[] | undefined): Result<W[number] | undefined, string> =>
    given === undefined ? ok(undefined) : oneOf(words, words[0] ?? '')(given);

const FLAGS = {
  namespace: namespaceFlag,
  image: {
    name: 'image',
    placeholder: 'IMAGE',
    describe: 'the image that you have built and pushed',
    defaultText: 'gatehouse:VERSION',
    parse: optionalText,
  },
  ha: {
    name: 'ha',
    describe: 'the values of values-ha.yaml: pods that are the last to be evicted',
    defaultText: 'false',
    parse: switchedOn,
  },
  failurePolicy: {
    name: 'failure-policy',
    placeholder: 'POLICY',
    describe: 'what becomes of policy while no pod answers: Ignore or Fail',
    defaultText: 'Ignore',
    parse: maybeOneOf(FAILURE_POLICIES),
  },
  tls: {
    name: 'tls',
    placeholder: 'MODE',
    describe: 'where the certificate comes from: managed, or files of a Secret',
    defaultText: 'managed',
    parse: maybeOneOf(CERTIFICATE_MODES),
  },
  values: {
    name: 'values',
    placeholder: 'FILE',
    describe: 'further values of the chart, as YAML',
    defaultText: '',
    parse: optionalText,
  },
  part: {
    name: 'part',
    placeholder: 'PART',
    describe: 'what is printed: all, the server, or the webhook alone, which is registered last',
    defaultText: 'all',
    parse: oneOf(PARTS, 'all'),
  },
};

export const manifestsCommand = defineCommand(
  {
    name: 'manifests',
    operands: '',
    describe:
      'Prints what an installation consists of, as YAML for kubectl: the same objects as the chart in deploy/chart/gatehouse, and their Namespace. docs/install.md has the order to apply them in.',
  },
  FLAGS,
  async ({ values: given, terminal }) => {
    const { image, failurePolicy, tls, part } = given;
    const values = overlay(defaultValues(), [
      { namespace: { create: true } },
      ...(given.ha ? [HA_VALUES] : []),
      await readValues(given.values),
      {
        ...(image === undefined ? {} : { image }),
        ...(failurePolicy === undefined ? {} : { failurePolicy }),
        ...(tls === undefined ? {} : { tls: { mode: tls } }),
      },
    ]);
    const objects = manifests(values, given.namespace).filter(({ kind }) => {
      const registers = kind === 'ValidatingWebhookConfiguration';
      return part === 'all' || (part === 'webhook') === registers;
    });
    terminal.out(printYaml(objects, 'Printed by `gatehouse manifests`.'));
    return EXIT.fine;
  },
);
