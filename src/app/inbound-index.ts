/** The index of effective policy that a question is asked of. */
import type { ManifestDocument } from '../adapters/manifests/yaml-documents.js';
import type { World } from '../model/world.js';
import { baseOf } from '../policy/complete/base.js';
import type { CompleteSettings } from '../policy/complete/complete.js';
import { layOver } from '../policy/complete/lay-over.js';
import { advance, buildIndex } from '../policy/inbound/advance.js';
import type { InboundIndex } from '../policy/inbound/inbound-index.js';
import { InternTable } from '../policy/objects/intern.js';
import { SOURCE_KINDS } from '../policy/objects/kinds.js';
import type { StoredObject } from '../policy/objects/stored.js';
import { objectsOf } from '../policy/state/state.js';

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
export const indexOf = ({ documents, base, world, completing }: IndexInput): IndexResult =>
  laidOver(buildIndex(world, base), { documents, completing });

/** The index once the documents are applied to what is there. */
export function laidOver(
  before: InboundIndex,
  { documents, completing }: Pick<IndexInput, 'documents' | 'completing'>,
): IndexResult {
  const manifests = documents.map(({ value }) => value);
  const base = baseOf(SOURCE_KINDS.flatMap(({ id }) => [...objectsOf(before.state, id)]));
  const { changes, problems } = layOver(base, manifests, completing, new InternTable());
  return {
    index: advance(before, changes).index,
    complaints: problems.map(({ index, message }) => `${placeOf(documents[index])}: left out: ${message}`),
  };
}

function placeOf(document: ManifestDocument | undefined): string {
  if (document === undefined) return 'a document';
  const { line, column } = document.position([]);
  return `${document.file}:${String(line)}:${String(column)}`;
}
