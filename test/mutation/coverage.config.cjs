const { testMatch, ...mutation } = require('./jest.config.cjs');
const { mutate } = require('./stryker.config.json');

/** `npm run coverage`: which branches of lock, parking, shift and rollback the tests run; all of them must be. */
module.exports = {
  ...mutation,
  testTimeout: 30_000,
  testMatch: [...testMatch, '<rootDir>/test/sweep/sweep.test.ts'],
  collectCoverage: true,
  coverageProvider: 'v8',
  coverageDirectory: '.local/coverage',
  coverageReporters: ['text'],
  collectCoverageFrom: mutate,
  coverageThreshold: { global: { branches: 100, functions: 100, lines: 100, statements: 100 } },
};
