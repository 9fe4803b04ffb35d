import { crdsYaml } from '../../adapters/manifests/print-yaml.js';
import { switchedOn } from '../../app/options/flag.js';
import { defineCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';

const FLAGS = {
  strict: {
    name: 'strict',
    describe: 'add what OpenAPI and CEL can refuse, so that the API server refuses it before Gatehouse',
    defaultText: 'false',
    parse: switchedOn,
  },
};

export const crdsCommand = defineCommand(
  {
    name: 'crds',
    operands: '',
    describe:
      'Prints the CustomResourceDefinitions of policy.linkerd.io. They accept all that Linkerd’s own accept, so that Gatehouse’s text is what the user sees.',
  },
  FLAGS,
  ({ values, terminal }) => {
    terminal.out(crdsYaml({ strict: values.strict }));
    return Promise.resolve(EXIT.fine);
  },
);
