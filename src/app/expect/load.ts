/** Reads the one YAML document of a file of expectations. */
import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { parseDocuments, type ManifestDocument } from '../../adapters/manifests/yaml-documents.js';
import { OperationalError } from '../../model/operational-error.js';
import { quote } from '../../model/text.js';

const STDIN = '-';

/** The document of the file, or of standard input. Throws an OperationalError that says everything that is wrong. */
export async function loadExpectations(
  file: string,
  stdin: NodeJS.ReadableStream,
): Promise<ManifestDocument> {
  const text = await read(file, stdin);
  const { documents, problems } = parseDocuments(text, { file });
  const [document, another] = documents;
  const faults = problems.map(
    ({ line, column, message, hint }) =>
      `${file}:${String(line)}:${String(column)}: ${message}${hint === undefined ? '' : `; ${hint}`}`,
  );
  if (document === undefined && faults.length === 0) faults.push(`${file}: there is nothing in it`);
  if (another !== undefined) {
    const { line, column } = another.position([]);
    faults.push(
      `${file}:${String(line)}:${String(column)}: expectations are one YAML document; this is another`,
    );
  }
  if (document === undefined || faults.length > 0)
    throw new OperationalError('expectations-unreadable', faults.join('\n'));
  return document;
}

async function read(file: string, stdin: NodeJS.ReadableStream): Promise<string> {
  try {
    return file === STDIN ? await readAll(stdin) : await readFile(file, 'utf8');
  } catch (cause) {
    throw new OperationalError('expectations-unreadable', `the expectations ${quote(file)} cannot be read`, {
      hint: 'name the file as the operand',
      cause,
    });
  }
}
