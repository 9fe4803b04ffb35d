/** Reads the configuration file; everything wrong with it is said at once, with line and column. */
import { readFile } from 'node:fs/promises';
import { Ajv, type ErrorObject } from 'ajv';
import { parseDocuments, type ManifestDocument } from '../../adapters/manifests/yaml-documents.js';
import { parseNetwork } from '../../model/ip.js';
import { formatPath, type JsonPath } from '../../model/json.js';
import { nearest } from '../../model/nearest.js';
import { OperationalError } from '../../model/operational-error.js';
import { quote } from '../../model/text.js';
import { CODES } from '../../rules/catalogue.js';
import { CONFIG_SCHEMA, type ConfigFile } from './schema.js';

/** The configuration in `file`; without a file, the empty one. Throws an OperationalError that names every fault. */
export async function loadConfig(file: string | undefined): Promise<ConfigFile> {
  if (file === undefined) return {};
  return readDocument(file, { code: 'config', what: 'the configuration', flag: '--config', faultsOf });
}

/** A settings file: what it is to the user, and what is wrong with a document that is no such thing. */
export interface DocumentReading {
  readonly code: string;
  readonly what: string;
  readonly flag: string;
  readonly faultsOf: (document: ManifestDocument) => readonly string[];
}

/** The one YAML document of a file, `{}` of an empty one. Throws an OperationalError that names every fault. */
export async function readDocument(
  file: string,
  { code, what, flag, faultsOf }: DocumentReading,
): Promise<object> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new OperationalError(`${code}-unreadable`, `${what} ${quote(file)} cannot be read`, {
      hint: `check the path given with ${flag}`,
      cause,
    });
  }
  const { documents, problems } = parseDocuments(text, { file });
  const faults = problems.map(
    ({ line, column, message }) => `${file}:${String(line)}:${String(column)}: ${message}`,
  );
  const document = documents[0];
  if (document !== undefined) faults.push(...faultsOf(document));
  if (documents.length > 1) faults.push(`${file}: ${what} is one YAML document; this file has more`);
  if (faults.length > 0) throw new OperationalError(`${code}-invalid`, faults.join('\n'));
  return document?.value ?? {};
}

/** What a schema finds wrong with a document, each with its place. */
export function schemaFaults(document: ManifestDocument, schema: object): string[] {
  const check = new Ajv({ allErrors: true, verbose: true }).compile(schema);
  if (check(document.value)) return [];
  return (check.errors ?? []).map((error) => faultAt(document, ...faultOf(error)));
}

function faultAt(document: ManifestDocument, path: JsonPath, message: string): string {
  const { line, column } = document.position(path);
  const where = formatPath(path);
  return `${document.file}:${String(line)}:${String(column)}: ${where === '' ? '' : `${where}: `}${message}`;
}

function faultsOf(document: ManifestDocument): readonly string[] {
  const faults = schemaFaults(document, CONFIG_SCHEMA);
  if (faults.length > 0) return faults;
  const at = (path: JsonPath, message: string): string => faultAt(document, path, message);
  const config = document.value as ConfigFile;
  return [
    ...unknownCodes(config).map(([path, code]) => {
      const near = nearest(code, CODES);
      return at(path, `${quote(code)} is no rule${near === undefined ? '' : `; did you mean ${near}?`}`);
    }),
    ...badNetworks(config).map(([path, cidr]) => at(path, `${quote(cidr)} is no network as address/prefix`)),
  ];
}

function faultOf(error: ErrorObject): [JsonPath, string] {
  const path: JsonPath = error.instancePath
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
  const params = error.params as Record<string, unknown>;
  if (error.keyword === 'additionalProperties') {
    const name = String(params['additionalProperty']);
    const known = Object.keys(error.parentSchema?.['properties'] as object);
    const near = nearest(name, known);
    return [[...path, name], `unknown member${near === undefined ? '' : `; did you mean \`${near}\`?`}`];
  }
  if (error.keyword === 'enum') {
    return [path, `${quote(error.data)} is none of ${(params['allowedValues'] as string[]).join(', ')}`];
  }
  return [path, error.message ?? 'is not valid'];
}

/** Every rule code that the configuration names and that is none, with its place. */
function unknownCodes(config: ConfigFile): [JsonPath, string][] {
  const named: [JsonPath, string][] = [
    ...Object.keys(config.rules ?? {}).map((code): [JsonPath, string] => [['rules', code], code]),
    ...Object.entries(config.namespaces ?? {}).flatMap(([namespace, { rules }]) =>
      Object.keys(rules ?? {}).map((code): [JsonPath, string] => [
        ['namespaces', namespace, 'rules', code],
        code,
      ]),
    ),
    ...(config.accept ?? []).flatMap(({ codes }, i) =>
      codes.map((code, j): [JsonPath, string] => [['accept', i, 'codes', j], code]),
    ),
  ];
  return named.filter(([, code]) => !CODES.includes(code));
}

function badNetworks({ cluster }: ConfigFile): [JsonPath, string][] {
  return (['networks', 'probeNetworks'] as const).flatMap((name) =>
    (cluster?.[name] ?? []).flatMap((cidr, i): [JsonPath, string][] =>
      cidr.includes('/') && parseNetwork(cidr) !== undefined ? [] : [[['cluster', name, i], cidr]],
    ),
  );
}
