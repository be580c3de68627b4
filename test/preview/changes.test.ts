import type { Planning } from '../../shared/preview/plan.ts';
import { FULL } from '../manifest/samples.ts';
import { codes, plan, planOf, resolve, SMALL } from './samples.ts';

/** What becomes of a resource when one ECS manifest follows another. */
function follow(before: string, after: string, options: Partial<Planning> = {}) {
  return planOf('ecs', after, { live: resolve(`${SMALL.ecs}${before}`), ...options });
}
const actions = (made: ReturnType<typeof follow>, type: string) =>
  made.changes.filter((change) => change.type === type).map(({ action }) => action);
const DATABASE = 'AWS::RDS::DBInstance';

describe('changes', () => {
  it('are all creations when nothing is known, and when nothing is live', () => {
    const offline = planOf('ecs');
    expect([offline.compared, new Set(offline.changes.map(({ action }) => action))]).toEqual([
      false,
      new Set(['create']),
    ]);
    const first = planOf('ecs', '', { live: null });
    expect([first.compared, new Set(first.changes.map(({ action }) => action))]).toEqual([true, new Set(['create'])]);
  });

  it('are none against the same manifest', () => {
    const same = plan(FULL, { live: resolve(FULL) });
    expect(new Set(same.changes.map(({ action }) => action))).toEqual(new Set(['keep']));
    expect(same.refusals).toEqual([]);
  });

  it('use what all static sites share, and create none of it', () => {
    expect(new Set(planOf('static').changes.map(({ action }) => action))).toEqual(new Set(['use']));
  });

  it('name the setting, from and to', () => {
    const { changes } = follow('database: {class: db.t4g.micro}\n', 'database: {class: db.t4g.small}\n');
    expect(changes.filter(({ action }) => action !== 'keep')).toEqual([
      {
        action: 'change',
        component: 'database',
        type: DATABASE,
        name: 'acme-shop-production',
        settings: [{ setting: 'class', from: 'db.t4g.micro', to: 'db.t4g.small' }],
        because: ['class'],
        interrupts: true,
      },
    ]);
  });

  it('see a value of the configuration change, even a long one', () => {
    const config = (text: string) => `config: {values: {greeting: ${text}}}\n`;
    const long = 'a'.repeat(100);
    const settings = (from: string, to: string) =>
      follow(config(from), config(to)).changes.flatMap((change) => change.settings);
    const change = { setting: 'value greeting', from: '"hello"', to: '"hi"' };
    // Of either colour.
    expect(settings('hello', 'hi')).toEqual([change, change]);
    expect(settings(`${long}b`, `${long}c`)).toHaveLength(2);
    expect(settings(long, long)).toEqual([]);
  });

  it('see where a secret lies change', () => {
    const made = follow('secrets: {KEY: "ssm:one"}\n', 'secrets: {KEY: "ssm:two"}\n');
    expect(actions(made, 'AWS::ECS::Service')).toEqual(['change', 'change']);
  });

  it('tell a domain that goes from one that comes', () => {
    const made = follow('domain: {name: a.example.com}\n', 'domain: {name: b.example.com}\n');
    expect(actions(made, 'AWS::Route53::RecordSet')).toEqual(['create', 'delete']);
  });
});

describe('data that would be lost', () => {
  const open = 'deletionProtection: false';

  it.each([
    ['another engine', 'database: {engine: mysql}\n'],
    ['another name', 'database: {name: other}\n'],
    ['another user', 'database: {user: other}\n'],
    ['another network', 'database: {}\nnetwork: {vpc: shared}\n'],
  ])('by %s is refused', (_, after) => {
    const made = follow('database: {}\n', after);
    expect(codes(made.refusals)).toEqual(['DATA_LOSS']);
    expect(made.changes.find(({ type }) => type === DATABASE)).toMatchObject({
      action: 'replace',
      loses: 'all that is in the database',
    });
  });

  it('is let go where the manifest says so and nothing protects it', () => {
    const asked = 'database: {engine: mysql, replace: true}\n';
    expect(codes(follow(`database: {${open}}\n`, asked).refusals)).toEqual([]);
    expect(codes(follow('database: {}\n', asked).refusals)).toEqual(['DATA_LOSS']);
  });

  it('by taking the database away is refused, unless the live manifest says that it may go', () => {
    expect(codes(follow('database: {}\n', '').refusals)).toEqual(['DATA_LOSS']);
    expect(codes(follow(`database: {${open}}\n`, '').refusals)).toEqual(['DATA_LOSS']);
    expect(codes(follow(`database: {${open}, replace: true}\n`, '').refusals)).toEqual([]);
  });

  it('by moving to another region or account is refused', () => {
    expect(codes(follow('region: eu-central-1\ndatabase: {}\n', 'region: eu-west-1\ndatabase: {}\n').refusals)).toEqual(
      ['DATA_LOSS'],
    );
    expect(
      codes(follow('account: "111111111111"\ndatabase: {}\n', 'account: "222222222222"\ndatabase: {}\n').refusals),
    ).toEqual(['DATA_LOSS']);
    expect(codes(follow('account: "111111111111"\ndatabase: {}\n', 'database: {}\n').refusals)).toEqual([]);
  });

  it('does not cover a volume, which is left where it is', () => {
    const made = follow('ecs: {mount: /mnt/efs}\n', '');
    expect(actions(made, 'AWS::EFS::FileSystem')).toEqual(['leave']);
    expect([codes(made.refusals), codes(made.warnings)]).toEqual([[], expect.arrayContaining(['LEFT_BEHIND'])]);
  });
});

it('instances do not leave while tasks serve on them', () => {
  expect(codes(follow('ecs: {launch: ec2}\n', '').refusals)).toEqual(['LAUNCH_STAYS']);
  expect(codes(follow('', 'ecs: {launch: ec2}\n').refusals)).toEqual([]);
});

describe('what RDS cannot do is refused', () => {
  it('storage that shrinks', () => {
    expect(codes(follow('database: {storage: 40}\n', 'database: {storage: 20}\n').refusals)).toEqual([
      'STORAGE_SHRINKS',
    ]);
    expect(codes(follow('database: {storage: 20}\n', 'database: {storage: 40}\n').refusals)).toEqual([]);
  });

  it('storage that grows by too little', () => {
    expect(codes(follow('database: {storage: 100}\n', 'database: {storage: 109}\n').refusals)).toEqual([
      'STORAGE_GROWS_TOO_LITTLE',
    ]);
    expect(codes(follow('database: {storage: 100}\n', 'database: {storage: 110}\n').refusals)).toEqual([]);
  });

  it('storage below what RDS has let it grow to, unless that stays as it was', () => {
    const of = (before: number, after: number) =>
      follow(`database: {storage: ${before}}\n`, `database: {storage: ${after}}\n`, { storage: 120 });
    expect(codes(of(40, 60).refusals)).toEqual(['STORAGE_SHRINKS']);
    expect(codes(of(40, 40).refusals)).toEqual([]);
    expect(codes(of(40, 40).warnings)).toContain('STORAGE_GROWN');
    expect([codes(of(40, 120).refusals), codes(of(40, 120).warnings).includes('STORAGE_GROWN')]).toEqual([[], false]);
  });

  it('an upgrade of a database that has copies', () => {
    const at = (version: string, replicas: number) =>
      `database: {version: "${version}", replicas: ${replicas}, password: "secret:db"}\n`;
    expect(codes(follow(at('17', 1), at('18', 1)).refusals)).toEqual(['REPLICAS_IN_THE_WAY']);
    expect(codes(follow(at('17', 1), at('18', 0)).refusals)).toEqual(['REPLICAS_IN_THE_WAY']);
    expect(codes(follow(at('17', 0), at('18', 0)).refusals)).toEqual([]);
    expect(codes(follow(at('17.9', 1), at('17.10', 1)).refusals)).toEqual([]);
  });

  it('another place of the password, while what serves has the one from before', () => {
    const given = 'database: {password: "secret:db"}\n';
    expect(codes(follow('database: {}\n', given).refusals)).toEqual(['PASSWORD_MOVES']);
    expect(codes(follow(given, 'database: {}\n').refusals)).toEqual(['PASSWORD_MOVES']);
    expect(codes(follow(given, given).refusals)).toEqual([]);
  });

  it('a version that falls', () => {
    expect(codes(follow('database: {}\n', 'database: {version: "17"}\n').refusals)).toEqual(['VERSION_FALLS']);
    const version = (text: string) => `database: {version: "${text}"}\n`;
    expect(codes(follow(version('17'), version('16')).refusals)).toEqual(['VERSION_FALLS']);
    expect(codes(follow(version('8.10'), version('8.4')).refusals)).toEqual(['VERSION_FALLS']);
    expect(codes(follow(version('8.4'), version('8.10')).refusals)).toEqual([]);
  });
});
