/** The index of effective policy that a question is asked of. */
import type { ManifestDocument } from '../adapters/manifests/yaml-documents.js';
import type { World } from '../model/world.js';
import { baseOf } from '../policy/complete/base.js';
import type { CompleteSettings } from '../policy/complete/complete.js';
import { layOver } from '../policy/complete/lay-over.js';
import { advance, buildIndex } from '../policy/inbound/advance.js';
import type { InboundIndex } from '../policy/inbound/inbound-index.js';
import { InternTable } from '../policy/objects/intern.js';
import type { StoredObject } from '../policy/objects/stored.js';

export interface IndexInput {
  readonly documents: readonly ManifestDocument[];
  /** What the documents are laid over: a cluster as it is, or nothing. */
  readonly base: readonly StoredObject[];
  readonly world: World;
  readonly completing: CompleteSettings;
}

export interface IndexResult {
  readonly index: InboundIndex;
  /** Which documents were left out, and why. */
  readonly complaints: readonly string[];
}

/** Everything that is there once the documents are applied; of two of one name the later one counts. */
export function indexOf({ documents, base, world, completing }: IndexInput): IndexResult {
  const manifests = documents.map(({ value }) => value);
  const { changes, problems } = layOver(baseOf(base), manifests, completing, new InternTable());
  return {
    index: advance(buildIndex(world, base), changes).index,
    complaints: problems.map(({ index, message }) => `${placeOf(documents[index])}: left out: ${message}`),
  };
}

function placeOf(document: ManifestDocument | undefined): string {
  if (document === undefined) return 'a document';
  const { line, column } = document.position([]);
  return `${document.file}:${String(line)}:${String(column)}`;
}
