/** Reads what a command judges: manifests, a cluster, or manifests to be laid over a cluster. */
import type { ClusterContents } from '../adapters/kube/read-cluster.js';
import { readManifests } from '../adapters/manifests/read-manifests.js';
import type { ManifestDocument, ParseProblem } from '../adapters/manifests/yaml-documents.js';
import { count, escapeControls } from '../model/text.js';
import type { Terminal } from './command.js';

interface ClusterValues {
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
}

export interface Sources {
  readonly documents: readonly ManifestDocument[];
  /** Absent where no cluster was named. */
  readonly cluster: ClusterContents | undefined;
}

/**
 * Everything in the files and directories, and in the cluster of the kubeconfig. What does not parse is named and
 * skipped; undefined where a path cannot be read or nothing in it parses, which is said. Rejects where the cluster
 * cannot be reached.
 */
export async function readSources(
  paths: readonly string[],
  values: ClusterValues,
  terminal: Terminal,
): Promise<Sources | undefined> {
  const { documents, problems, missing } = await readManifests(paths, { stdin: terminal.stdin });
  complain(problems, terminal);
  if (missing || (problems.length > 0 && documents.length === 0)) return undefined;
  const cluster = values.kubeconfig === undefined ? undefined : await clusterOf(values, terminal);
  return { documents, cluster };
}

function complain(problems: readonly ParseProblem[], terminal: Terminal): void {
  for (const { file, line, column, message, hint } of problems) {
    const place = line === 0 ? file : `${file}:${String(line)}:${String(column)}`;
    terminal.err(escapeControls(`${place}: ${message}${hint === undefined ? '' : `; ${hint}`}`) + '\n');
  }
  if (problems.length > 0)
    terminal.err(`what does not parse was skipped (${count(problems.length, 'problem')})\n`);
}

async function clusterOf(values: ClusterValues, terminal: Terminal): Promise<ClusterContents> {
  // Loaded when it is needed: the client's library takes longer than linting a thousand objects.
  const { openClient } = await import('../app/source.js');
  const { readCluster } = await import('../adapters/kube/read-cluster.js');
  const client = openClient(values);
  try {
    const contents = await readCluster(client);
    for (const reason of contents.unread) terminal.err(`not read, so not judged: ${reason}\n`);
    return contents;
  } finally {
    client.close();
  }
}
