const root = require('../../jest.config.cjs');

/** Adds a recording of today's functions: `RECORD=0.2.0 npx jest --config test/history/record.config.cjs` */
module.exports = { ...root, rootDir: '../..', testMatch: ['**/history/record.ts'] };
