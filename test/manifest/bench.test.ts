import { USUAL } from '../../bench/manifest/samples.ts';
import { problemsOf } from './samples.ts';

describe('what the bench of the manifest reads', () => {
  it.each(Object.entries(USUAL))('is valid: %s', (_, text) => {
    expect(problemsOf(text)).toEqual([]);
  });
});
