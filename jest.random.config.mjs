import { BASE, RANDOM } from './jest.config.mjs';

/** @type {import('jest').Config} */
export default { ...BASE, roots: ['<rootDir>/test'], testRegex: RANDOM, maxWorkers: 2 };
