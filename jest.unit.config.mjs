import ALL, { INTEGRATION } from './jest.config.mjs';

/** @type {import('jest').Config} */
export default { ...ALL, testPathIgnorePatterns: [...ALL.testPathIgnorePatterns, ...INTEGRATION] };
