import { connect } from '../../../bench/webhook/connected.ts';
import { counted } from '../../../bench/webhook/examples.ts';
import { ANOTHER, ATTACKED, type Attempt, attacked, wronglyAnswered } from '../../../bench/webhook/forged.ts';
import type { Answered, Posted } from '../../../bench/webhook/posted.ts';
import { handler } from '../../../functions/entrances/webhook.ts';
import type { ProviderName } from '../../../shared/git/told.ts';
import { connectionId } from '../../../shared/ledger/connections.ts';
import { branchHeads, listPushes } from '../../../shared/ledger/pushes.ts';
import { type Stage, setStage } from '../../support/stage.ts';
import { requestOf } from '../../support/webhooks.ts';

const ATTEMPTS = 500;
const attackedOnes = Object.entries(ATTACKED) as [ProviderName, string][];

let stage: Stage;
let first: Answered[];
let attempts: Attempt[];
let answers: Answered[];
beforeAll(async () => {
  stage = await setStage();
  process.env.INSTALLATION = process.env.TABLE ?? '';
  for (const [provider, repository] of attackedOnes) await connect({ provider, repository });
  await connect({ provider: 'github', repository: ANOTHER });
  ({ first, attempts } = await attacked(ATTEMPTS, post));
  stage.events.length = 0;
  answers = [];
  for (const { posted } of attempts) answers.push(await post(posted));
}, 60_000);
afterAll(() => stage.close());

async function post({ path, headers, body }: Posted): Promise<Answered> {
  const { statusCode = 0, body: said } = await handler(requestOf(path, headers, body));
  return { status: statusCode, ...JSON.parse(String(said)) };
}

describe(`webhook: ${ATTEMPTS} that were forged, altered or sent again`, () => {
  it('begin with pushes that were taken', () => {
    expect(counted(first)).toEqual({ '202 accepted': 2 * attackedOnes.length });
  });

  it('differ from each other in what they are and whom they attack', () => {
    expect(attempts).toHaveLength(ATTEMPTS);
    expect(new Set(attempts.map(({ kind }) => kind)).size).toBeGreaterThan(90);
  });

  it('are each answered as they should be, and none is accepted', () => {
    expect(wronglyAnswered(attempts, answers)).toEqual([]);
    expect(answers.filter(({ outcome }) => outcome === 'accepted')).toEqual([]);
  });

  it('tell the bus of nothing, record nothing and move no branch back', async () => {
    expect(stage.events).toEqual([]);
    for (const [, repository] of attackedOnes) {
      const connection = connectionId(repository);
      const [last, before, ...more] = await listPushes(connection, 100);
      expect(more).toEqual([]);
      expect([before?.commit, last?.commit].sort()).toEqual(['a'.repeat(40), 'b'.repeat(40)]);
      expect(await branchHeads(connection)).toMatchObject([{ commit: 'b'.repeat(40) }]);
    }
    expect(await listPushes(connectionId(ANOTHER), 100)).toEqual([]);
  });
});
