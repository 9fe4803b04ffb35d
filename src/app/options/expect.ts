/** The flags of `gatehouse expect` besides the common ones. */
import { oneOf } from './flag.js';

export const EXPECT_FORMATS = ['text', 'json', 'junit'] as const;

export const EXPECT_FLAGS = {
  output: {
    name: 'output',
    short: 'o',
    placeholder: 'FORMAT',
    describe: `how the outcome is printed: ${EXPECT_FORMATS.join(', ')}`,
    defaultText: 'text',
    parse: oneOf(EXPECT_FORMATS, 'text'),
  },
};
