/** The flags of `gatehouse diff` besides the common ones. */
import { oneOf, optionalText, switchedOn, texts, type Flag } from './flag.js';

export const DIFF_FORMATS = ['text', 'json', 'csv'] as const;

const flag = <T>(definition: Flag<T>): Flag<T> => definition;

export const DIFF_FLAGS = {
  toManifests: flag({
    name: 'to-manifests',
    placeholder: 'DIR',
    repeatable: true,
    describe: 'the second state: objects from YAML and JSON files',
    defaultText: '',
    parse: texts,
  }),
  toKubeconfig: flag({
    name: 'to-kubeconfig',
    placeholder: 'FILE',
    describe: 'the second state: the cluster of this kubeconfig',
    defaultText: 'with --to-context, --kubeconfig',
    parse: optionalText,
  }),
  toContext: flag({
    name: 'to-context',
    placeholder: 'NAME',
    describe: 'the context of the second state’s kubeconfig',
    defaultText: 'its current one',
    parse: optionalText,
  }),
  exitCode: flag({
    name: 'exit-code',
    describe: 'exit 1 if the states differ',
    defaultText: 'false',
    parse: switchedOn,
  }),
  output: flag({
    name: 'output',
    short: 'o',
    placeholder: 'FORMAT',
    describe: `how differences are printed: ${DIFF_FORMATS.join(', ')}`,
    defaultText: 'text',
    parse: oneOf(DIFF_FORMATS, 'text'),
  }),
};
