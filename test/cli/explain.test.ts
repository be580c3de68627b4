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

  it('tells of a key below a name of the writer’s choice', async () => {
    expect((await desk.type('explain', 'components.worker.command')).out).toContain('components.<name>.command');
    expect((await desk.type('explain', 'notifications.webhooks[0].url')).out).toContain('notifications.webhooks[].url');
  });

  it.each([
    ['database.multAz', 'database has no key multAz', 'did you mean database.multiAz?'],
    ['databse', 'the manifest has no key databse', 'did you mean database?'],
    ['multiAz', 'the manifest has no key multiAz', 'did you mean database.multiAz?'],
    ['rollout.steps.first', 'rollout.steps has no key first', undefined],
  ])('of %s says which part is unknown, and what was probably meant', async (path, message, hint) => {
    const { exit, out } = await desk.type('explain', path, '--json');
    const [problem] = JSON.parse(out).problems;
    expect([exit, problem.message, problem.hint]).toEqual([2, message, hint]);
  });

  it('lists all there is', async () => {
    const { out } = await desk.type('explain');
    for (const { path } of describeManifest()) expect(out).toMatch(new RegExp(`^${path} `, 'm'));
  });
});

describe('pilot schema', () => {
  it('prints the JSON Schema', async () => {
    const { exit, out } = await desk.type('schema');
    expect([exit, JSON.parse(out).$schema]).toEqual([0, 'https://json-schema.org/draft/2020-12/schema']);
    expect(JSON.parse((await desk.type('schema', '--json')).out)).toMatchObject({ ok: true, schema: JSON.parse(out) });
  });
});
