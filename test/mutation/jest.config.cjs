const all = require('../../jest.config.cjs');

/** The tests that a mutant of the files in stryker.config.json can meet. */
module.exports = {
  ...all,
  rootDir: '../..',
  // Only a mutant takes so long; the usual half minute would be waited for each of them.
  testTimeout: 8_000,
  testMatch: [
    '<rootDir>/test/functions/{deploy,parking}/*.test.ts',
    '<rootDir>/test/{ledger,targets/static}/*.test.ts',
    '<rootDir>/test/{attention,ending,rollout,traffic}.test.ts',
  ],
};
