import { plan, planOf, resolve, SMALL } from './samples.ts';

const order = (steps: readonly string[], ...beginnings: string[]) =>
  beginnings.map((beginning) => steps.findIndex((step) => step.startsWith(beginning)));
const rises = (places: number[]) => places.every((place, index) => place >= 0 && place > (places[index - 1] ?? -1));

const FULL =
  'approval: required\ndatabase: {}\nmigrations: {command: [db, upgrade]}\nrollout: {steps: [10, 100], bake: 5m}\nconfig: {values: {a: 1}}\nedge: {mode: rules}\n';

describe('a rollout', () => {
  it('goes in order: approval, stack, configuration, snapshot, migration, edge, green, verify, shift, retire', () => {
    const { rollout } = planOf('ecs', FULL);
    const steps = [
      'Wait until a person approves',
      'Pin the image’s tag',
      'Bring the stack up to date',
      'Give the new release its configuration',
      'Take a snapshot',
      'Migrate the database: db upgrade',
      'Make sure that the load balancer lets CloudFront in',
      'Start the idle colour’s tasks',
      'Verify the new release',
      'Move 10 % of the traffic and watch the alarms for 5m',
      'Move 100 % of the traffic and watch the alarms for 5m',
      'The old colour’s tasks stop',
    ];
    expect(rises(order(rollout, ...steps))).toBe(true);
    expect(rollout).toHaveLength(steps.length);
  });

  it('says that a migration of instances runs on one of its own', () => {
    const { rollout } = planOf('ec2', 'database: {}\nmigrations: {command: [db, upgrade]}\n');
    expect(rollout).toContainEqual(
      expect.stringMatching(/^Migrate the database: db upgrade, once, on an instance that is started for it alone/),
    );
  });

  it('says that a migration of environments runs in one of its own', () => {
    const { rollout } = planOf('beanstalk', 'database: {}\nmigrations: {command: [db, upgrade]}\n');
    expect(rollout).toContainEqual(
      expect.stringMatching(
        /^Migrate the database: db upgrade, once, as a leader command in an environment of one instance/,
      ),
    );
  });

  it('brings a first release online last, with nothing to save or to go back to', () => {
    const { rollout, ifItFails } = planOf('ecs', FULL, { live: null });
    expect(order(rollout, 'Take a snapshot', 'Move ')).toEqual([-1, -1]);
    expect(rollout.at(-2)).toMatch(/^Bring it online/);
    expect(ifItFails).toBeUndefined();
  });

  it('says what becomes of a migrated database when the traffic goes back', () => {
    const migrations = (reversible: string) =>
      `database: {}\nmigrations: {command: [up], version: v2, reversible: ${reversible}}\n`;
    expect(planOf('ecs', migrations('false')).ifItFails).toContain(
      'what was migrated stays, and is taken back by nobody',
    );
    expect(planOf('ecs', migrations('true')).ifItFails).toContain('what was migrated stays, and it works with that');
    expect(planOf('ecs', migrations('[db, down]')).ifItFails).toMatch(
      /; then db down takes back what was migrated, unless a release before had brought version v2, or, if it fails, the/,
    );
    expect(planOf('ecs').ifItFails).not.toContain('migrated');
  });

  it('says which version it migrates to, and whether a rollback runs the way back', () => {
    const migrations = (version?: string, reversible = '[db, down]') =>
      `database: {}\nmigrations: {command: [up], reversible: ${reversible}${version ? `, version: ${version}` : ''}}\n`;
    const from = (live?: string) =>
      planOf('ecs', migrations('v2'), live === undefined ? {} : { live: resolve(`${SMALL.ecs}${live}`) });
    expect(from().rollout).toContainEqual(expect.stringMatching(/^Migrate the database to version v2: up, once/));
    const runs =
      'The way back of the database: db down, which a rollback runs unless a release before had brought version v2';
    for (const plan of [from(), from(migrations('v1')), from('')]) expect(plan.kept).toContain(runs);
    const stays = 'The database as it is, also after a rollback, which does not run db down: ';
    expect(from(migrations('v2')).kept).toContain(`${stays}version v2 is there already`);
    expect(from(migrations('v2')).ifItFails).toContain('the database stays as it is: version v2 is there already');
    expect(from(migrations(undefined, 'true')).kept).toContainEqual(
      expect.stringMatching(new RegExp(`^${stays}what is live says no migrations.version`)),
    );
  });

  it('builds what comes from a repository', () => {
    const git = 'source: {git: {repository: github.com/acme/shop}}\nbuild: {dockerfile: Dockerfile, timeout: 10m}\n';
    expect(plan(SMALL.ecs.replace(/source:.*\n/, git)).rollout[0]).toBe(
      'Build github.com/acme/shop at the commit that was pushed, in at most 10m',
    );
    expect(plan(SMALL.ecs.replace('acme/shop:1', `acme/shop@sha256:${'a'.repeat(64)}`)).rollout[0]).toMatch(/^Bring/);
  });

  it('touches no stack for a static site', () => {
    expect(order(planOf('static').rollout, 'Bring the stack')).toEqual([-1]);
  });
});

describe('what is kept', () => {
  it('is what the manifest says, and the snapshot', () => {
    const { kept } = planOf(
      'ecs',
      'database: {}\nmigrations: {command: [up], version: v2, reversible: [down]}\nretention: {releases: 3, days: 90, logs: 14}\nbackups: {days: 21}\n',
    );
    expect(kept[0]).toBe('The live release and 3 before it; of older ones, those of the last 90 days');
    expect(kept).toEqual(
      expect.arrayContaining([
        'The snapshot of the database from before the migration',
        'The way back of the database: down, which a rollback runs unless a release before had brought version v2',
        'Automatic backups of the database for 21 days',
        'Logs for 14 days',
      ]),
    );
  });

  it('names the releases that are there, where they are known', () => {
    expect(planOf('static', '', { kept: ['3f9a1c2e', '01ab23cd'] }).kept).toContain('Kept now: 3f9a1c2e, 01ab23cd');
  });
});
