import {
  CloudFormationClient,
  CreateStackCommand,
  ListChangeSetsCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { handler } from '../../../functions/api/api.ts';
import type { ApiAnswer, ApiAnswers, ApiRequest } from '../../../shared/api.ts';
import { transact } from '../../../shared/aws/table.ts';
import { releaseLive } from '../../../shared/ledger/releases.ts';
import { emulatorUrl } from '../../support/emulator.ts';
import { grownDatabase } from '../../support/grown-database.ts';
import { goLive, goThrough, steps, uploadSite } from '../../support/journey.ts';
import { manifestOf } from '../../support/manifest.ts';
import { type Stage, setStage } from '../../support/stage.ts';
import { templateIn } from '../../templates/samples.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

async function answered<Action extends 'live' | 'check'>(question: Extract<ApiRequest, { action: Action }>) {
  const answer = (await handler(question)) as ApiAnswer<Action>;
  if (!answer.ok) throw new Error(`${answer.code} ${answer.message}`);
  return answer.answer as ApiAnswers[Action];
}

const live = (pilot: string, environment?: string) =>
  answered({ action: 'live', pilot, ...(environment && { environment }) });
const check = (pilot: string, manifest: string, environment?: string) =>
  answered({ action: 'check', pilot, manifest, ...(environment && { environment }) });

describe('what is live', () => {
  it('is nothing of a pilot that was never deployed', async () => {
    expect(await live('stranger')).toEqual({ kept: [] });
  });

  it('is told with its manifest, complete, and with the releases to go back to', async () => {
    const one = await goLive(stage, 'acme', { 'index.html': 'one' }, 'owner: one\n');
    await uploadSite(stage, 'acme', { 'index.html': 'two' });
    const { id } = await stage.upload('acme', manifestOf('acme').replace('site.zip', 'site.zip, commit: 12e4567'));
    await goThrough(stage, id);
    const two = await stage.now(id);
    const answer = await live('acme');
    expect(answer).toEqual({
      release: two.plan?.release,
      since: expect.stringMatching(/^\d{4}-.*Z$/),
      commit: '12e4567',
      manifest: expect.objectContaining({ name: 'acme', rollout: { steps: [100], bake: 0 } }),
      kept: [
        { release: two.plan?.release, liveAt: answer.since, commit: '12e4567' },
        { release: one.plan?.release, liveAt: expect.any(String) },
      ],
    });
  });

  it('is what the pointer says: after a rollback, the older release and its manifest', async () => {
    const one = await goLive(stage, 'back', { 'index.html': 'one' }, 'owner: one\n');
    await goLive(stage, 'back', { 'index.html': 'two' }, 'owner: two\n');
    const asked = await stage.askRollback('back', one.plan?.release ?? '');
    await goThrough(stage, asked.id);
    expect(await live('back')).toMatchObject({ release: one.plan?.release, manifest: { owner: 'one' } });
  });

  it('is told with what its database has, as RDS says', async () => {
    const one = await goLive(stage, 'grown', { 'index.html': 'one' });
    const tell = async (DatabaseId: string) => {
      const { plan, policy } = one;
      if (!plan || !policy) throw new Error('it was not planned');
      await transact(releaseLive({ ...plan, stack: { DatabaseId } }, policy));
      return live('grown');
    };
    expect(await tell(await grownDatabase(120))).toMatchObject({ release: one.plan?.release, storage: 120 });
    expect(await tell('nobodys')).not.toHaveProperty('storage');
  });

  it('is not what was only planned', async () => {
    const one = await goLive(stage, 'plans', { 'index.html': 'one' }, 'owner: one\n');
    const { id } = await uploadSite(stage, 'plans', { 'index.html': 'two' }, 'owner: two\n');
    await stage.run(steps.validate, 'Validate', id);
    expect(await live('plans')).toMatchObject({ release: one.plan?.release, manifest: { owner: 'one' } });
  });
});

describe('a manifest that is only looked at', () => {
  it('has no problems where it could be deployed, and nothing is kept of it', async () => {
    stage.told();
    expect(await check('looked', manifestOf('looked'))).toEqual({ problems: [] });
    expect(await live('looked')).toEqual({ kept: [] });
    expect(stage.told()).toEqual([]);
  });

  it('gets exactly the problems that Validate would find', async () => {
    await stage.s3.send(
      new PutObjectCommand({
        Bucket: stage.manifests,
        Key: 'operator.yaml',
        Body: 'apiVersion: pilotage/v1\npilots: { same: { domains: ["*.example.com"] } }\n',
      }),
    );
    const text = manifestOf(
      'same',
      'domain: { name: a.example.com, aliases: [b.example.net] }\nbudget: { monthly: 5 }\n',
    );
    const { id } = await stage.upload('same', text);
    await stage.run(steps.validate, 'Validate', id);
    const { failure } = await stage.now(id);
    const { problems } = await check('same', text);
    const inAws = failure?.outcome === 'refused' ? failure.problems : [];
    const bare = (some: typeof problems) => some.map(({ place, ...said }) => ({ ...said, path: place?.path }));
    expect(bare(problems)).toEqual(bare(inAws));
    expect(problems.map(({ code }) => code)).toEqual(['NOT_YET', 'DOMAIN_FORBIDDEN', 'NOT_YET']);
    expect(problems[0]?.place?.file).toBe('pilot.yaml');
  });

  it('is told how CloudFront would be let in by what the operator says is usual', async () => {
    const operator = { Bucket: stage.manifests, Key: 'operator.yaml' };
    const text = manifestOf('usual').replace('static', 'ecs').replace('artifact: site.zip', 'image: "acme:1"');
    await stage.s3.send(
      new PutObjectCommand({ ...operator, Body: 'apiVersion: pilotage/v1\nedge: { mode: rules }\n' }),
    );
    expect(await check('usual', text)).toMatchObject({ edge: { mode: 'rules', service: 'CLOUDFRONT_ORIGIN_FACING' } });
    await stage.s3.send(new PutObjectCommand({ ...operator, Body: 'apiVersion: pilotage/v1\nedge: { mode: rule }\n' }));
    const { problems } = await check('usual', text);
    expect(problems).toMatchObject([{ code: 'OPERATOR_FILE', place: { line: 2, path: 'edge.mode' } }]);
    await stage.s3.send(new DeleteObjectCommand(operator));
  });

  it('is judged for the environment that was asked for', async () => {
    const text = manifestOf('where', 'environments: { staging: { owner: somebody } }\n');
    expect(await check('where', text, 'staging')).toEqual({ problems: [] });
    expect(await check('where', text, 'test')).toMatchObject({ problems: [{ code: 'ENVIRONMENT_UNKNOWN' }] });
  });

  it('of another pilot learns nothing of what that one has', async () => {
    const text = manifestOf('theirs', 'secrets: { A: secret:db }\n')
      .replace('static', 'ecs')
      .replace('artifact: site.zip', 'image: "acme:1"');
    const { problems } = await check('mine', text);
    expect(problems.map(({ code }) => code)).not.toContain('REFERENCE_MISSING');
    expect(problems[0]).toMatchObject({ code: 'MANIFEST_NAME_MISPLACED', place: { line: 2 } });
  });

  it('with more references than can be looked for is refused before any is looked for', async () => {
    const values = Array.from({ length: 301 }, (_, index) => `V${index}: ssm:p${index}`).join(', ');
    const { problems } = await check(
      'many',
      manifestOf('many', `config: { values: { ${values} } }\n`)
        .replace('static', 'ecs')
        .replace('artifact: site.zip', 'image: "acme:1"'),
    );
    // Each is refused where it stands; nobody is asked whether one exists.
    expect(problems.at(-1)).toMatchObject({
      code: 'MANIFEST_TOO_MANY',
      message: expect.stringMatching(/^202 further/),
    });
    expect(new Set(problems.slice(0, -1).map(({ code }) => code))).toEqual(new Set(['NOT_YET']));
  });

  it.each([
    ['no manifest', {}],
    ['one that is no text', { manifest: { password: 'hunter2' } }],
    ['one that is too large', { manifest: `password: hunter2 ${'x'.repeat(64 * 1024)}` }],
    ['one of too many bytes', { manifest: 'é'.repeat(33 * 1024) }],
  ])('%s is refused, and not repeated', async (_, question) => {
    const answer = await handler({ action: 'check', pilot: 'acme', ...question } as never);
    expect(answer).toMatchObject({ ok: false, code: 'REQUEST_INVALID' });
    expect(JSON.stringify(answer)).not.toContain('hunter2');
  });
});

describe('the stack of a pilot', () => {
  const client = () => new CloudFormationClient({ endpoint: emulatorUrl() });
  const api = (more = '') =>
    `apiVersion: pilotage/v1\nname: stacked\ntarget: lambda\nsource: { artifact: function.zip }\n${more}`;
  const changeSets = async () =>
    (await client().send(new ListChangeSetsCommand({ StackName: 'stacked-production' }))).Summaries;

  // As an earlier manifest would have left it: of all resources only the log group, and what served stood on.
  const TARGETS = { Type: 'AWS::ElasticLoadBalancingV2::TargetGroup', Properties: { TargetType: 'lambda' } };
  const { Parameters: wanted, Resources } = templateIn(api());
  const before = { Parameters: wanted, Resources: { Logs: Resources.Logs, Targets: TARGETS } };

  beforeAll(async () => {
    const Parameters = [{ ParameterKey: 'Boundary', ParameterValue: 'arn:aws:iam::000000000000:policy/pilots' }];
    const StackName = 'stacked-production';
    await client().send(new CreateStackCommand({ StackName, TemplateBody: JSON.stringify(before), Parameters }));
    await waitUntilStackCreateComplete({ client: client(), maxWaitTime: 20, minDelay: 1 }, { StackName });
  });

  it('is previewed by a change set, of which nothing is left', async () => {
    const { stack } = await check('stacked', api('retention: { logs: 7 }\n'));
    const added = Object.keys(Resources).filter((name) => name !== 'Logs');
    expect(stack).toEqual({
      stack: 'stacked-production',
      changes: expect.arrayContaining([
        expect.objectContaining({ logicalId: 'Logs', settings: ['RetentionInDays'] }),
        ...added.map((logicalId) => expect.objectContaining({ logicalId, action: 'create' })),
      ]),
      refused: [expect.objectContaining({ code: 'STILL_USED', message: expect.stringContaining('Targets') })],
    });
    expect(await changeSets()).toEqual([]);
  });

  it('is not told of where there is none, in another region, or to another pilot', async () => {
    expect((await check('stacked', api(), 'staging')).stack).toBeUndefined();
    expect((await check('stacked', api('region: eu-west-3\n'))).stack).toBeUndefined();
    expect((await check('other', api())).stack).toBeUndefined();
  });
});
