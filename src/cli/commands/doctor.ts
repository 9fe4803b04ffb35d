import { examine } from '../../app/doctor/doctor.js';
import { CLUSTER_FLAGS, SOURCE_FLAGS } from '../../app/options/common.js';
import { oneOf, switchedOn } from '../../app/options/flag.js';
import { namespaceFlag } from '../../app/options/install.js';
import { openClient } from '../../app/source.js';
import { DEFAULT_CLUSTER_SETTINGS } from '../../model/world.js';
import { defineCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { doctorText } from '../output/doctor-text.js';

const FLAGS = {
  kubeconfig: { ...SOURCE_FLAGS.kubeconfig, describe: 'the cluster to look at; in a pod, its own' },
  context: SOURCE_FLAGS.context,
  namespace: namespaceFlag,
  probeNamespace: {
    ...namespaceFlag,
    name: 'probe-namespace',
    describe: 'where Servers are tried, in dry runs',
    defaultText: 'default',
    parse: (given: readonly string[] | undefined) => namespaceFlag.parse(given ?? ['default']),
  },
  controlPlaneNamespace: CLUSTER_FLAGS.controlPlaneNamespace,
  thenFailClosed: {
    name: 'then-fail-closed',
    describe: 'set failurePolicy: Fail if everything works',
    defaultText: 'false',
    parse: switchedOn,
  },
  output: {
    name: 'output',
    short: 'o',
    placeholder: 'FORMAT',
    describe: 'text or json',
    defaultText: 'text',
    parse: oneOf(['text', 'json'], 'text'),
  },
};

export const doctorCommand = defineCommand(
  {
    name: 'doctor',
    operands: '',
    describe:
      'Checks an installation end to end. Through the API server’s dry run it proves that an invalid Server is refused by Gatehouse and a valid one admitted; otherwise it names what is wrong and what to do. Nothing is stored, and nothing is changed but by --then-fail-closed.',
    epilogue: 'Exits 0 when nothing failed, 1 when something did, 2 when the API server could not be asked.',
  },
  FLAGS,
  async ({ values, terminal }) => {
    const client = openClient(values);
    try {
      const checks = await examine(
        client,
        {
          namespace: values.namespace,
          probeNamespace: values.probeNamespace,
          controlPlaneNamespace:
            values.controlPlaneNamespace ?? DEFAULT_CLUSTER_SETTINGS.controlPlaneNamespace,
          failClosed: values.thenFailClosed,
        },
        terminal.now(),
      );
      const ok = checks.every(({ status }) => status !== 'fail');
      terminal.out(
        values.output === 'json' ? `${JSON.stringify({ ok, checks }, undefined, 2)}\n` : doctorText(checks),
      );
      return ok ? EXIT.fine : EXIT.findings;
    } finally {
      client.close();
    }
  },
);
