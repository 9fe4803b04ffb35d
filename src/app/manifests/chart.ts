/** The files of deploy/chart/gatehouse, all but its NOTES.txt; `make generate` writes them. */
import { toYaml } from '../../adapters/manifests/print-yaml.js';
import { valueAt } from '../../model/json.js';
import { version } from '../version.js';
import { APP, DEFAULT_NAMESPACE } from './names.js';
import { templateFiles } from './objects.js';
import { toTemplate } from './template.js';
import { defaultValues, HA_VALUES, VALUES_SCHEMA } from './values.js';

export interface ChartFile {
  /** Below the chart's folder. */
  readonly path: string;
  readonly text: string;
}

/** The oldest Kubernetes with `preStop.sleep` switched on. */
export const OLDEST_KUBERNETES = '1.30';

const GENERATED = '# Written by `make generate` from src/app/manifests.\n';

export function chartFiles(): ChartFile[] {
  const values = defaultValues();
  return [
    { path: 'Chart.yaml', text: GENERATED + toYaml([chart()]) },
    { path: 'values.yaml', text: GENERATED + commented(values) },
    {
      path: 'values-ha.yaml',
      text: `${GENERATED}# What \`gatehouse manifests --ha\` lays over values.yaml.\n${toYaml([HA_VALUES])}`,
    },
    { path: 'values.schema.json', text: `${JSON.stringify(VALUES_SCHEMA, undefined, 2)}\n` },
    ...templateFiles(values, DEFAULT_NAMESPACE).map(({ name, objects }) => ({
      path: `templates/${name}.yaml`,
      text: GENERATED + objects.map(toTemplate).join('---\n'),
    })),
  ];
}

const chart = (): object => ({
  apiVersion: 'v2',
  name: APP,
  description: 'Admission webhook for Linkerd’s inbound authorization policy',
  type: 'application',
  version: version(),
  appVersion: version(),
  kubeVersion: `>=${OLDEST_KUBERNETES}.0-0`,
});

/** values.yaml: each value below what the schema says of it. */
function commented(values: object): string {
  const described = (name: string): string => {
    const text = valueAt(VALUES_SCHEMA, ['properties', name, 'description']);
    return typeof text === 'string' ? text : '';
  };
  return Object.entries(values)
    .map(([name, value]) => {
      const comment = described(name)
        .split('\n')
        .map((line) => `# ${line}\n`);
      return `\n${comment.join('')}${toYaml([{ [name]: value as unknown }])}`;
    })
    .join('');
}
