import { KIND_IDS } from '../../schema/index.js';
import { defineRule, gatehouse } from '../rule.js';

/**
 * The same object twice in one input. `lint` knows the input, so it counts and reports through this message; the
 * rule has nothing to see in one object.
 */
export const objectDuplicate = defineRule({
  code: 'object/duplicate',
  summary: 'the same object twice in one input',
  severity: 'warn',
  kinds: KIND_IDS,
  lintOnly: true,
  messages: {
    twice: gatehouse(({ first }: { first: string }) => ({
      message: `this object was given before, at ${first}; applied together, the last one wins`,
      hint: 'keep one of them',
    })),
  },
  check() {
    // See the docstring: `lint` reports this.
  },
});
