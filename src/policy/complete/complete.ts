/**
 * Adds to manifests what a cluster would (architecture, 6): the namespace, schema defaults, pods of templates, proxies
 * and creation timestamps. Route status is not added here: it is a function of the whole state, not of one object.
 *
 *   manifest ── named, placed ──> the last of each name ── defaults | template ──> pod ── injected ──> stored object
 */
import type { JsonObject } from '../../model/json.js';
import { compareText } from '../../model/text.js';
import { definitionOf, externalWorkload, hubVersion, readAs, type KindId } from '../../schema/index.js';
import type { LabelRecord } from '../../selector/requirement.js';
import type { InternTable } from '../objects/intern.js';
import { sourceKind, SOURCE_KINDS, storedKindOf, type StoredKind } from '../objects/kinds.js';
import { project } from '../objects/project.js';
import type { StoredNamespace, StoredObject } from '../objects/stored.js';
import { NO_BASE, objectKey, type Base } from './base.js';
