/** What other layers use of the selector algebra. */
export { conjoin } from './conjoin.js';
export { compileSelector } from './normalize.js';
export { implies } from './implies.js';
export { matches } from './matches.js';
export { MentionedKeys } from './mentioned-keys.js';
export { satisfiableTogether } from './satisfiable.js';
export { SelectorIndex } from './index-by-requirement.js';
export { witnessTogether } from './witness.js';
export type { LabelMap, LabelRecord, RawLabelSelector, Selector } from './requirement.js';
