import ALL, { INTEGRATION } from './jest.config.mjs';

const { testMatch: _, ...rest } = ALL;

/** @type {import('jest').Config} */
export default {
  ...rest,
  testRegex: INTEGRATION.map((pattern) => (pattern.endsWith('$') ? pattern : `${pattern}.*\\.test\\.ts$`)),
};
