import { type Described, describeManifest } from '../../shared/manifest/describe.ts';
import { type Desk, setDesk } from './support/desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await setDesk();
});
afterAll(() => desk.close());

const all = (keys: Described[]): string[] => keys.flatMap(({ path, keys: inner }) => [path, ...all(inner)]);

describe('pilot explain', () => {
  it('tells of a key: what it is for, what it may be, its default, its targets', async () => {
    const { exit, out } = await desk.type('explain', 'database.multiAz');
    expect(exit).toBe(0);
    expect(out).toBe(
      [
        'database.multiAz  A second instance in another zone, which takes over within about a minute.',
        '  allowed  true or false',
        '  default  false',
        '  required no',
        '  targets  ecs, ec2, beanstalk, lambda',
        '  deployed yes',
        '  example  database: {multiAz: true}',
        '',
      ].join('\n'),
    );
  });

  it.each(all(describeManifest()))('knows %s', async (path) => {
    const { exit, out } = await desk.type('explain', path, '--json');
    const { key } = JSON.parse(out);
    expect([exit, key.path]).toEqual([0, path]);
    expect(key.description).not.toBe('');
    expect(key.allowed).not.toBe('anything');
  });

  it('tells what a code means that a manifest was refused with', async () => {
    expect((await desk.type('explain', 'MANIFEST_TAB')).out).toBe(
      'MANIFEST_TAB  A line is indented with a tab; YAML takes only spaces.\n',
    );
  });

  it('tells of a key below a name of the writer’s choice', async () => {
    expect((await desk.type('explain', 'components.worker.command')).out).toContain('components.<name>.command');
    expect((await desk.type('explain', 'notifications.webhooks[0].url')).out).toContain('notifications.webhooks[].url');
  });

  it.each([
    ['database.multAz', 'database has no key multAz', 'did you mean database.multiAz?'],
    ['databse', 'the manifest has no key databse', 'did you mean database?'],
    ['multiAz', 'the manifest has no key multiAz', 'did you mean database.multiAz?'],
    ['multAz', 'the manifest has no key multAz', 'did you mean database.multiAz?'],
    ['environments.ci.rolout', 'the manifest has no key rolout', 'did you mean rollout?'],
    ['environments.ci.name', 'name is the same in every environment', 'pilot explain name'],
    ['rollout.steps.first', 'rollout.steps has no key first', undefined],
  ])('of %s says which part is unknown, and what was probably meant', async (path, message, hint) => {
    const { exit, out } = await desk.type('explain', path, '--json');
    const [problem] = JSON.parse(out).problems;
    expect([exit, problem.message, problem.hint]).toEqual([2, message, hint]);
  });

  it.each([
    ['environments.ci', 'environments  What is different'],
    ['environments.ci.rollout.steps', 'rollout.steps  Percent'],
    ['database.', 'database  A database'],
  ])('takes %s for what it means', async (path, beginning) => {
    expect((await desk.type('explain', path)).out).toMatch(new RegExp(`^${beginning}`));
  });

  it.each([
    ['static.index', ['static']],
    ['rollout.steps', ['static', 'ecs', 'ec2', 'beanstalk', 'lambda']],
    ['source.artifact', ['static', 'ec2', 'beanstalk', 'lambda']],
    ['source.git.branch', ['static', 'ecs', 'ec2', 'beanstalk', 'lambda']],
    ['build.size', ['static', 'ecs', 'ec2', 'beanstalk', 'lambda']],
    ['source.git.connection', []],
    ['health.path', ['ecs', 'ec2', 'beanstalk']],
    ['notifications.webhooks.url', []],
  ])('says for which targets %s is deployed', async (path, targets) => {
    const { key } = JSON.parse((await desk.type('explain', path, '--json')).out);
    expect(key.deployedFor).toEqual(targets);
  });

  it('shows what has names of the writer’s choice by the keys in it, and all that a value may be', async () => {
    expect((await desk.type('explain', 'components')).out).toMatch(/^<name>\.command /m);
    expect((await desk.type('explain', 'traffic')).out).toContain('allowed  normal, heavy, or a section');
  });

  it('lists all there is', async () => {
    const { out } = await desk.type('explain');
    for (const { path } of describeManifest()) expect(out).toMatch(new RegExp(`^${path} `, 'm'));
  });
});
