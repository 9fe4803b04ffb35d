/** The flags that commands about an installation share. */
import { isDnsSubdomain } from '../../model/label-syntax.js';
import { fail, ok } from '../../model/result.js';
import { quote } from '../../model/text.js';
import { DEFAULT_NAMESPACE } from '../manifests/names.js';
import type { Flag } from './flag.js';

export const namespaceFlag: Flag<string> = {
  name: 'namespace',
  placeholder: 'NAME',
  describe: 'where Gatehouse is installed',
  defaultText: DEFAULT_NAMESPACE,
  parse: (given) => {
    const value = given?.at(-1) ?? DEFAULT_NAMESPACE;
    const isLabel = isDnsSubdomain(value) && !value.includes('.') && value.length <= 63;
    return isLabel ? ok(value) : fail(`${quote(value)} is no namespace name`);
  },
};
