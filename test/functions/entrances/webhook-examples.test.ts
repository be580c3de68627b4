import { connect } from '../../../bench/webhook/connected.ts';
import {
  answersTo,
  counted,
  type Example,
  githubExamples,
  otherExamples,
  repositoriesOf,
} from '../../../bench/webhook/examples.ts';
import type { Answered, Posted } from '../../../bench/webhook/posted.ts';
import { handler } from '../../../functions/entrances/webhook.ts';
import { connectionId } from '../../../shared/ledger/connections.ts';
import { listPushes, pendingPushes } from '../../../shared/ledger/pushes.ts';
import { type Stage, setStage } from '../../support/stage.ts';
import { requestOf } from '../../support/webhooks.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
  process.env.INSTALLATION = process.env.TABLE ?? '';
});
afterAll(() => stage.close());

async function post({ path, headers, body }: Posted): Promise<Answered> {
  const { statusCode = 0, body: said } = await handler(requestOf(path, headers, body));
  return { status: statusCode, ...JSON.parse(String(said)) };
}

async function answered(examples: Example[]): Promise<Answered[]> {
  for (const one of repositoriesOf(examples)) await connect(one);
  return answersTo(examples, post);
}
const of = (examples: Example[], answers: Answered[], wanted: string) =>
  examples.flatMap(({ event }, at) => (answers[at]?.outcome === wanted ? event : []));
const heard = () => stage.events.filter(({ name }) => name === 'PushReceived').map(({ detail }) => detail.push);

describe('webhook: the payloads that GitHub documents, each signed for the repository that it names', () => {
  const examples = githubExamples();
  let answers: Answered[];
  beforeAll(async () => {
    answers = await answered(examples);
  }, 60_000);

  it('are all answered, none with an error', () => {
    expect(counted(answers)).toEqual({
      '200 duplicate': 1,
      '200 ignored': 313,
      '200 pong': 4,
      '202 accepted': 11,
    });
  });

  it('of which the pushes of a branch and of a tag are taken, and the same commit of the branch but once', async () => {
    expect(of(examples, answers, 'accepted').filter((event) => event === 'push')).toHaveLength(2);
    expect(of(examples, answers, 'duplicate')).toEqual(['push']);
    const pushes = await listPushes(connectionId('github.com/Codertocat/Hello-World'), 10);
    expect(pushes.map(({ ref }) => `${ref.kind} ${ref.name}`).sort()).toEqual(['branch master', 'tag simple-tag']);
    expect(heard().sort()).toEqual((await pendingPushes()).map(({ id }) => id).sort());
  });

  it('of which pull requests that have other commits than before, or are closed, are told to the bus', () => {
    expect(of(examples, answers, 'accepted').filter((event) => event !== 'push')).toEqual(
      Array(9).fill('pull_request'),
    );
    expect(stage.events.filter(({ name }) => name === 'PullRequestReceived')).toHaveLength(7);
    expect(stage.events.filter(({ name }) => name === 'PullRequestClosed')).toHaveLength(2);
  });

  it('of which whatever is ignored is told why', () => {
    const ignored = answers.filter(({ outcome }) => outcome === 'ignored');
    expect(ignored.filter(({ reason = '' }) => reason.length < 8)).toEqual([]);
    expect(of(examples, answers, 'pong')).toEqual(Array(4).fill('ping'));
  });
});

describe('webhook: payloads of the other providers', () => {
  const rows = otherExamples(process.cwd());
  let answers: Answered[];
  beforeAll(async () => {
    stage.events.length = 0;
    answers = await answered(rows);
  }, 60_000);
  const table = (provider: string) => counted(answers.filter((_, at) => rows[at]?.provider === provider));

  it.each([
    ['gitlab', { '200 duplicate': 1, '200 ignored': 9, '202 accepted': 10 }],
    ['bitbucket', { '200 duplicate': 3, '200 ignored': 5, '202 accepted': 6 }],
    ['bitbucket-server', { '200 duplicate': 4, '200 ignored': 4, '200 pong': 1, '202 accepted': 6 }],
  ])('of %s are answered as documented', (provider, counts) => expect(table(provider)).toEqual(counts));

  it('tell the bus of each push that was taken, and of no other', () => {
    const all = answers.flatMap(({ all: several, ...one }) => several ?? [one]);
    const taken = all.flatMap(({ outcome, push }) => (outcome === 'accepted' && push !== undefined ? push : []));
    expect(taken.length).toBeGreaterThan(5);
    expect(heard().sort()).toEqual(taken.sort());
  });
});

describe('webhook: payloads that GitHub documents, at the connection of another repository', () => {
  it('are refused where they name their own, and taken where they name none', async () => {
    const examples = githubExamples();
    const repository = 'github.com/acme/another';
    const answers = await answered(examples.map((example) => ({ ...example, repository })));
    expect(counted(answers)).toEqual({ '200 ignored': 48, '200 pong': 1, '400 REPOSITORY': 280 });
  });
});
