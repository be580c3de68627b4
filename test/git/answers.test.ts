import { answerOf, ofTold } from '../../shared/git/answers.ts';
import type { Said } from '../../shared/git/entrance.ts';

const accepted: Said = { outcome: 'accepted', push: 'one' };
const duplicate: Said = { outcome: 'duplicate', push: 'two' };
const ignored: Said = { outcome: 'ignored', reason: 'deleted' };
const refused: Said = { outcome: 'refused', code: 'PAYLOAD', reason: 'no ref' };

describe('webhook: one answer for all that was told', () => {
  it('is the only one, where there is one', () => {
    expect(answerOf([ignored])).toEqual({ status: 200, body: ignored });
    expect(answerOf([refused])).toEqual({ status: 400, body: refused });
  });

  it.each([
    [202, 'accepted', [refused, ignored, accepted, duplicate]],
    [200, 'duplicate', [ignored, duplicate, refused]],
    [200, 'ignored', [refused, ignored]],
    [400, 'refused', [refused, refused]],
  ] as const)('is %i %s by what counts most, and lists all in their order', (status, outcome, all) => {
    expect(answerOf([...all] as [Said, ...Said[]])).toEqual({ status, body: { outcome, all } });
  });

  it.each([
    [{ told: 'ping' }, { outcome: 'pong' }],
    [
      { told: 'ignored', why: 'a branch was deleted' },
      { outcome: 'ignored', reason: 'a branch was deleted' },
    ],
    [
      { told: 'fault', why: 'no ref' },
      { outcome: 'refused', code: 'PAYLOAD', reason: 'no ref' },
    ],
  ] as const)('says of %j what is done about it', (told, said) => {
    expect(ofTold(told)).toEqual(said);
  });
});
