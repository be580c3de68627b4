import { stripVTControlCharacters } from 'node:util';
import type { StackChange, StackPreview } from '../../shared/preview/stack.ts';
import { FULL } from '../manifest/samples.ts';
import { resolvedFrom } from '../support/manifest.ts';
import { OLD } from './support/deployments.ts';
import { type Desk, manifest, setDesk } from './support/desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await setDesk();
});
afterAll(() => desk.close());
beforeEach(() => desk.files({ 'site/pilot.yaml': manifest(), 'shop/pilot.yaml': FULL }));

const HEADINGS = ['Parts', 'Capacity', 'Changes', 'Rollout', 'Kept', 'Cost', 'Warnings'];

describe('pilot plan', () => {
  it('shows what a manifest would make and cost, and asks AWS nothing', async () => {
    const { exit, out, err } = await desk.type('plan', 'site');
    expect([exit, err]).toEqual([0, '']);
    expect(out).toMatch(
      /^acme-site in production: target static, us-east-1 \(assumed\)\nAbout \$\d+\.\d\d a month\.\n/,
    );
    expect(out).toContain('Not compared with what is live');
    expect(out).toMatch(/✔ Nothing stands against it; no warnings\n$/);
    expect(desk.aws.log).toEqual([]);
  });

  it('shows every section on at most 100 columns, without colours in a pipe', async () => {
    const { out } = await desk.type('plan', 'shop');
    expect(out.split('\n').filter((line) => HEADINGS.some((heading) => line.startsWith(heading)))).toHaveLength(7);
    expect(out.split('\n').filter((line) => line.length > 100)).toEqual([]);
    expect(out).not.toContain('\u001b');
  });

  it('paints and fits itself to a terminal', async () => {
    desk.screen = { isTTY: true, columns: 70 };
    const { out } = await desk.type('plan', 'site');
    desk.screen = {};
    expect(out).toContain('\u001b[1m');
    const lines = stripVTControlCharacters(out).split('\n');
    expect(lines.filter((line) => line.length > 70)).toEqual([]);
  });

  it('plans another environment, in the region that is asked for', async () => {
    const asked = ['plan', 'site', '--env', 'staging', '--region', 'eu-west-1'];
    expect((await desk.type(...asked)).out).toMatch(/^acme-site in staging: target static, eu-west-1\n/);
  });

  it('writes the CloudFormation template of what lasts longer than a release, as it is or in JSON', async () => {
    const small = 'apiVersion: pilotage/v1\nname: acme-api\ntarget: lambda\nsource: { artifact: function.zip }\n';
    desk.files({ 'api/pilot.yaml': small });
    const { exit, out, err } = await desk.type('plan', 'api', '--template');
    expect([exit, err]).toEqual([0, '']);
    const template = JSON.parse(out);
    expect(template.Resources.FunctionRole.Properties.RoleName).toBe('acme-api-production--function');
    expect(JSON.parse((await desk.type('plan', 'api', '--template', '--json')).out)).toMatchObject({
      ok: true,
      template,
    });
  });

  it('names in the template what the plan shows and this version cannot write yet', async () => {
    const { out } = await desk.type('plan', 'shop', '--template');
    expect(JSON.parse(out).Metadata.NotYet).toEqual(
      expect.arrayContaining(['AWS::SNS::Topic acme-shop-production', 'AWS::Budgets::Budget acme-shop-production']),
    );
  });

  it('says why a static site has no template', async () => {
    const { exit, err } = await desk.type('plan', 'site', '--template');
    expect([exit, err]).toEqual([
      2,
      expect.stringContaining('NO_TEMPLATE of target static nothing is kept in a stack'),
    ]);
  });

  it('says what this version cannot deploy', async () => {
    const { exit, out } = await desk.type('plan', 'shop');
    expect(exit).toBe(0);
    expect(out).toContain('Planned, not deployed by this version: ');
    expect(out).toContain('○ This version plans it, and cannot deploy it yet; ');
  });

  it('gives the whole plan as JSON', async () => {
    const { out, err } = await desk.type('plan', 'site', '--json');
    expect(err).toBe('');
    expect(JSON.parse(out)).toMatchObject({
      ok: true,
      pilot: 'acme-site',
      environment: 'production',
      compared: false,
      components: [{ name: 'CDN' }, { name: 'site' }],
      refusals: [],
      warnings: [],
      notYet: [],
      cost: { region: 'us-east-1', priceDate: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) },
    });
  });

  it('is a comment on a pull request: the rest folded, no cell broken, nobody called', async () => {
    desk.files({
      'odd.yaml': `${FULL.replace('Sends mail.', '"a | b <script> @everyone"')}`,
    });
    const { exit, out } = await desk.type('plan', 'odd.yaml', '--markdown');
    expect(exit).toBe(0);
    expect(out).toMatch(/^### Plan: acme-shop in production/);
    expect(out.match(/<details>/g)?.length).toBe(out.match(/<\/details>/g)?.length);
    expect(out).toContain('a \\| b &lt;script> &#64;everyone');
    for (const table of out.split('\n\n').filter((part) => part.startsWith('|'))) {
      const widths = table.split('\n').map((row) => row.replace(/\\\|/g, '').split('|').length);
      expect(new Set(widths).size).toBe(1);
    }
    const inSight = out.replace(/<details>[\s\S]*?<\/details>/g, '').split('\n');
    expect(inSight.length).toBeLessThan(50);
  });

  it('takes one form or the other', async () => {
    expect((await desk.type('plan', 'site', '--json', '--markdown')).exit).toBe(2);
  });

  it('refuses what is over the budget where its gate stops', async () => {
    const budget = (gate: string) => FULL.replace('monthly: 120', `monthly: 1, gate: ${gate}`);
    desk.files({ 'warn.yaml': budget('warn'), 'stop.yaml': budget('stop') });
    expect((await desk.type('plan', 'warn.yaml')).exit).toBe(0);
    const { exit, out } = await desk.type('plan', 'stop.yaml');
    expect(exit).toBe(1);
    expect(out).toContain('✖ Refused: OVER_BUDGET; ');
    expect(JSON.parse((await desk.type('plan', 'stop.yaml', '--json')).out)).toMatchObject({
      ok: false,
      refusals: [{ code: 'OVER_BUDGET' }],
    });
  });

  it('refuses a bad manifest with its line', async () => {
    desk.files({ 'bad.yaml': manifest('tragte: static\n') });
    const { exit, out, err } = await desk.type('plan', 'bad.yaml');
    expect([exit, out]).toEqual([2, '']);
    expect(err).toContain('bad.yaml:5:1 MANIFEST_UNKNOWN_KEY');
  });
});

describe('pilot plan --against', () => {
  it('compares with another manifest', async () => {
    desk.files({ 'new.yaml': FULL.replace('class: db.t4g.small', 'class: db.t4g.medium') });
    const { exit, out } = await desk.type('plan', 'new.yaml', '--against', 'shop/pilot.yaml');
    expect(exit).toBe(0);
    expect(out).toMatch(/\n {2}1 to change, \d+ unchanged\n/);
    expect(out).toContain('        class: db.t4g.small → db.t4g.medium\n');
    expect(out).not.toContain('Not compared');
  });

  it('refuses what would lose data', async () => {
    desk.files({
      'new.yaml': FULL.replace('engine: postgres', 'engine: mysql').replace('version: "17"', 'version: "8.4"'),
    });
    const { exit, out } = await desk.type('plan', 'new.yaml', '--against', 'shop/pilot.yaml');
    expect(exit).toBe(1);
    expect(out).toContain('        loses all that is in the database\n');
    expect(out).toContain('✖ Refused: DATA_LOSS; ');
  });

  it('is not misled by a parameter that is called like a setting of the database', async () => {
    const parameters = 'parameters: { engine: PostgreSQL, user: app, class: db.m7g.large }';
    const text = 'apiVersion: pilotage/v1\nname: acme\ntarget: ecs\nsource: { image: "acme/shop:1" }\n';
    desk.files({
      'before.yaml': `${text}database: {}\n`,
      'after.yaml': `${text}database: { engine: mysql, ${parameters} }\n`,
    });
    const { exit, out } = await desk.type('plan', 'after.yaml', '--against', 'before.yaml');
    expect(exit).toBe(1);
    expect(out).toContain('loses all that is in the database');
    expect(out).toContain('parameter class: none → db.m7g.large');
  });

  it('refuses another pilot’s manifest, and one that is not there', async () => {
    const other = await desk.type('plan', 'site', '--against', 'shop/pilot.yaml');
    expect([other.exit, other.err]).toEqual([2, expect.stringContaining('LIVE_OTHER_PILOT')]);
    const none = await desk.type('plan', 'site', '--against', 'nowhere.yaml');
    expect([none.exit, none.err]).toEqual([2, expect.stringContaining('FILE_MISSING')]);
  });

  it('reads what pilot validate --json said, and finds nothing to change', async () => {
    for (const env of ['production', 'staging', 'ci']) {
      desk.files({ 'live.json': (await desk.type('validate', 'shop', '--env', env, '--json')).out });
      const { exit, out } = await desk.type('plan', 'shop', '--env', env, '--against', 'live.json', '--json');
      const { changes } = JSON.parse(out);
      expect(exit).toBe(0);
      expect(new Set(changes.map(({ action }: { action: string }) => action))).toEqual(new Set(['keep']));
    }
  });

  it('trusts nothing in it', async () => {
    const { manifest: complete } = JSON.parse((await desk.type('validate', 'site', '--json')).out);
    desk.files({ 'live.json': JSON.stringify({ ...complete, target: 'mainframe' }) });
    const { exit, err } = await desk.type('plan', 'site', '--against', 'live.json');
    expect([exit, err]).toEqual([2, expect.stringContaining('live.json MANIFEST_VALUE')]);
  });
});

describe('pilot plan --live', () => {
  const ask = (answers: { live: object; problems?: object[]; stack?: StackPreview; edge?: object }) => {
    desk.aws.asked.length = 0;
    desk.aws.api = ({ action }) => ({
      ok: true,
      answer:
        action === 'live'
          ? answers.live
          : {
              problems: answers.problems ?? [],
              ...(answers.stack && { stack: answers.stack }),
              ...(answers.edge && { edge: answers.edge }),
            },
    });
  };
  const kept = [{ release: OLD, liveAt: '2026-11-21T01:57:15.000Z' }];

  it('asks Pilotage what is live and kept, and what a deployment would refuse', async () => {
    const before = resolvedFrom({
      apiVersion: 'pilotage/v1',
      name: 'acme-site',
      target: 'static',
      source: { artifact: 'site.zip' },
      static: { index: 'home.html' },
    });
    ask({ live: { release: OLD, manifest: before, kept } });
    const { exit, out } = await desk.type('plan', 'site', '--live');
    expect(exit).toBe(0);
    expect(out).not.toContain('Not compared');
    expect(out).toContain('home.html → index.html');
    expect(out).toContain(OLD);
    const text = manifest();
    expect(desk.aws.asked).toEqual([
      { action: 'live', pilot: 'acme-site', environment: 'production' },
      { action: 'check', pilot: 'acme-site', environment: 'production', manifest: text },
    ]);
  });

  it('plans how CloudFront is let in as the operator says is usual', async () => {
    const shop = { apiVersion: 'pilotage/v1', name: 'acme-shop', target: 'ecs', source: { image: 'acme/shop:1' } };
    desk.files({ 'usual/pilot.yaml': JSON.stringify(shop) });
    const usual = { mode: 'rules', service: 'CLOUDFRONT_ORIGIN_FACING', ipv6: true };
    ask({ live: { kept: [] }, edge: usual });
    expect((await desk.type('plan', 'usual', '--live')).out).toContain('in public, opened to CloudFront alone (rules)');
    expect((await desk.type('plan', 'usual')).out).toContain('inside the network (VPC origin)');
  });

  it('reckons with what the database really has', async () => {
    const shop = { apiVersion: 'pilotage/v1', name: 'acme-shop', target: 'ecs', source: { image: 'acme/shop:1' } };
    const before = resolvedFrom({ ...shop, database: { storage: 40 } });
    desk.files({ 'grown/pilot.yaml': JSON.stringify({ ...shop, database: { storage: 60 } }) });
    ask({ live: { release: OLD, manifest: before, kept, storage: 120 } });
    const { exit, out } = await desk.type('plan', 'grown', '--live');
    expect([exit, out]).toEqual([1, expect.stringContaining('cannot shrink from 120 GB to 60 GB')]);
  });

  it('refuses what a deployment would refuse, at its place in this file', async () => {
    const place = { file: 'pilot.yaml', line: 5, column: 3, path: 'domain.name' };
    const problem = { code: 'DOMAIN_FORBIDDEN', message: 'the operator has not given it', place };
    ask({ live: { kept: [] }, problems: [problem, { code: 'NOT_YET', message: 'domain', place }] });
    const { exit, out } = await desk.type('plan', 'site', '--live');
    expect(exit).toBe(1);
    expect(out).toContain('DOMAIN_FORBIDDEN');
    const { refusals, compared } = JSON.parse((await desk.type('plan', 'site', '--live', '--json')).out);
    expect(refusals).toEqual([{ ...problem, place: { ...place, file: 'site/pilot.yaml' } }]);
    expect(compared).toBe(true);
  });

  const change = { type: 'AWS::EC2::Subnet', logicalId: 'Subnet1', settings: [] };
  const stack = 'acme-site-production';

  it('takes a path after it for the manifest that is planned', async () => {
    ask({ live: { kept: [] } });
    const { exit, out } = await desk.type('plan', '--live', 'site');
    expect([exit, out.split('\n')[0]]).toEqual([0, expect.stringContaining('acme-site in production')]);
  });

  it('is one question, --against another', async () => {
    expect((await desk.type('plan', 'site', '--live', '--against', 'shop/pilot.yaml')).exit).toBe(2);
    expect((await desk.type('plan', 'site', '--live', 'shop/pilot.yaml')).exit).toBe(2);
  });

  it('shows what CloudFormation says of the stack that there is', async () => {
    const changes: StackChange[] = [
      { ...change, action: 'create' },
      { ...change, action: 'maybe-replace', name: 'subnet-1', settings: ['CidrBlock', 'Tags'] },
      { action: 'delete', type: 'AWS::Logs::LogGroup', logicalId: 'Logs', name: '/x', settings: [], data: 'retained' },
    ];
    ask({ live: { kept: [] }, stack: { stack, changes } });
    const { exit, out } = await desk.type('plan', 'site', '--live');
    expect(exit).toBe(0);
    expect(out).toContain(
      [
        'Stack',
        '  CloudFormation would change in acme-site-production',
        '    + EC2 Subnet Subnet1',
        '    ± EC2 Subnet subnet-1 (replace, perhaps: CidrBlock, Tags)',
        '    - Logs LogGroup /x (delete)',
        '        what is in it is kept (retained)',
        '',
      ].join('\n'),
    );
    expect(JSON.parse((await desk.type('plan', 'site', '--live', '--json')).out).stack).toEqual({ stack, changes });
    expect((await desk.type('plan', 'site', '--live', '--markdown')).out).toContain('± EC2 Subnet subnet-1');
  });

  it('refuses what CloudFormation would lose', async () => {
    const bucket: StackChange = {
      action: 'replace',
      type: 'AWS::S3::Bucket',
      logicalId: 'Uploads',
      settings: ['BucketName'],
    };
    ask({ live: { kept: [] }, stack: { stack, changes: [{ ...bucket, data: 'lost' }] } });
    const { exit, out } = await desk.type('plan', 'site', '--live');
    expect(exit).toBe(1);
    expect(out).toContain('        what is in it would be lost\n');
    expect(out).toContain('✖ Refused: DATA_LOSS; ');
  });

  it('refuses what a deployment would not let CloudFormation take away from what serves', async () => {
    const refused = [{ code: 'STILL_USED', message: 'LoadBalancer would be replaced', hint: 'keep front and network' }];
    ask({ live: { kept: [] }, stack: { stack, changes: [], refused } });
    const { exit, out } = await desk.type('plan', 'site', '--live');
    expect([exit, out]).toEqual([1, expect.stringContaining('✖ Refused: STILL_USED; ')]);
    expect(out).toContain('STILL_USED LoadBalancer would be replaced\n    → keep front and network\n');
  });

  it('refuses nothing for what a deployment does not let CloudFormation lose, nor for a copy that goes', async () => {
    const database: StackChange = {
      action: 'maybe-replace',
      type: 'AWS::RDS::DBInstance',
      logicalId: 'Database',
      name: 'acme-db',
      settings: ['BackupRetentionPeriod'],
      data: 'lost',
    };
    const copy: StackChange = { ...database, action: 'delete', logicalId: 'DatabaseReplica1', settings: [] };
    ask({ live: { kept: [] }, stack: { stack, changes: [database, copy] } });
    const { exit, out } = await desk.type('plan', 'site', '--live');
    expect(exit).toBe(0);
    expect(out).toContain('± RDS DBInstance acme-db (replace, perhaps: BackupRetentionPeriod)');
    expect(out.replace(/\s+/g, ' ')).toContain('does not let it replace it without database.replace');
    expect(out).not.toContain('lost');
  });

  it.each([
    [{ stack, changes: [] }, 'Nothing in acme-site-production would change'],
    [
      { stack, trouble: 'it is being updated' },
      'does not say what would change in acme-site-production: it is being updated',
    ],
  ])('says so when there is nothing to show: %j', async (preview, said) => {
    ask({ live: { kept: [] }, stack: preview });
    expect((await desk.type('plan', 'site', '--live')).out.replace(/\s+/g, ' ')).toContain(said);
  });

  it('says when what is live cannot be compared', async () => {
    ask({ live: { release: OLD, kept } });
    const { exit, out, err } = await desk.type('plan', 'site', '--live');
    expect([exit, err]).toEqual([0, expect.stringContaining('it is not compared')]);
    expect(out).toContain('Not compared with what is live');
  });
});
