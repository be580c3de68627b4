import { rulesPerGroup } from '../../shared/aws/service-quotas.ts';
import { serveWire } from '../support/wire.ts';

let answer: { status: number; body: object };
let asked: unknown[];
let end: () => Promise<void>;
beforeAll(async () => {
  end = await serveWire((body) => {
    asked.push(JSON.parse(body));
    return { status: answer.status, body: JSON.stringify(answer.body) };
  });
});
afterAll(() => end());
beforeEach(() => {
  asked = [];
});

describe('how many rules a group may have', () => {
  it('is what Service Quotas says of that one quota', async () => {
    answer = { status: 200, body: { Quota: { Value: 120 } } };
    expect(await rulesPerGroup()).toBe(120);
    expect(asked).toEqual([{ ServiceCode: 'vpc', QuotaCode: 'L-0EA8095F' }]);
  });

  it('is what every account has where there is none to read', async () => {
    answer = { status: 400, body: { __type: 'NoSuchResourceException', Message: 'The request failed' } };
    expect(await rulesPerGroup()).toBe(60);
  });

  it('is not guessed where we may not know', async () => {
    answer = { status: 400, body: { __type: 'AccessDeniedException', Message: 'no' } };
    await expect(rulesPerGroup()).rejects.toThrow('no');
  });
});
