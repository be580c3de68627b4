import { adviceFor } from '../../cli/advice.ts';
import { endingText } from '../../cli/ending.ts';
import type { DeploymentView } from '../../shared/api.ts';
import { logLink } from '../../shared/targets/log-link.ts';

const restore: DeploymentView = {
  ...{ id: 'acme-shop_production_20261121T015715Z-3f9a1c2e4b5d', pilot: 'acme-shop', environment: 'staging' },
  ...{ status: 'failed', requestedAt: '2026-11-21T01:57:15.000Z', steps: {}, facts: {}, release: 'a'.repeat(20) },
  trigger: { kind: 'restore', snapshot: 'nightly', request: 'r' },
  failure: { step: 'Provision', outcome: 'failed', code: 'DEADLINE', reason: 'waited for the stack' },
} as never;

const LOCAL = { endpoint: 'http://127.0.0.1:4566', region: 'us-east-1' };
const log = logLink({ region: 'us-east-1', partition: 'aws' }, '/pilotage/builds/acme-shop', 'staging/0a1b-2c');
const build: DeploymentView = {
  ...restore,
  facts: { log },
  trigger: { kind: 'upload', bucket: 'b', key: 'pilots/acme-shop/pilot.yaml', version: 'v' },
  failure: { step: 'Build', outcome: 'failed', code: 'BUILD_FAILED', reason: '`npm ci` ended with 3\none\ntwo' },
};

describe('what to do next', () => {
  it('after a build that failed is to read what it wrote, at the same AWS', () => {
    expect(adviceFor(build, 'dev', LOCAL)[0]).toBe(
      'what the build wrote: aws --endpoint-url http://127.0.0.1:4566 --region us-east-1 logs tail /pilotage/builds/acme-shop --log-stream-names staging/0a1b-2c --since 30d',
    );
    expect(adviceFor({ ...build, facts: {} }, 'dev')[0]).toContain('logs tail /aws/lambda/pilotage-dev-deploy-build');
  });

  it('after any other step is to read what that saw, at the same AWS', () => {
    const failed = { ...build, failure: { ...build.failure, step: 'Prepare' } } as DeploymentView;
    const words = 'logs tail /aws/lambda/pilotage-dev-deploy-prepare --since 1h';
    expect(adviceFor(failed, 'dev', LOCAL)[0]).toBe(
      `what the step saw: aws --endpoint-url http://127.0.0.1:4566 --region us-east-1 ${words}`,
    );
    expect(adviceFor(failed, 'dev')[0]).toBe(`what the step saw: aws ${words}`);
  });

  it('stands below the reason, whose further lines are indented', () => {
    const lines = endingText(build, 'dev', (_, text) => text, LOCAL).split('\n');
    expect(lines.slice(1, 4)).toEqual(['  BUILD_FAILED `npm ci` ended with 3', '      one', '      two']);
    expect(lines.find((line) => line.startsWith('  → '))).toContain('--endpoint-url http://127.0.0.1:4566');
  });

  it('after a restore in place that failed is to come back with what there is, or to try it once more', () => {
    const advice = adviceFor(restore, 'dev').join('\n');
    expect(advice).toContain('the one before or the restored one: pilot online acme-shop --env staging');
    expect(advice).toContain('pilot retry acme-shop --env staging');
    expect(advice).not.toContain('deploy again');
  });
});

describe('what a deployment changed', () => {
  const commit = 'c'.repeat(40);
  const live = {
    ...build,
    ...{ status: 'succeeded', commit, failure: undefined },
    facts: { repository: 'git.localhost/acme/site', commit, build: 'pilotage-dev-builds:1eef2edd-afe2-4c59', log },
  } as never;
  const lines = (connection: object, most?: number) =>
    endingText(live, 'dev', (_, text) => text, connection, most)
      .split('\n')
      .slice(2);

  it('is a line in a pipe', () => {
    expect(lines({})).toContain(
      `  changed  repository: git.localhost/acme/site, commit: ${commit}, build: pilotage-dev-builds:1eef2edd-afe2-4c59`,
    );
  });

  it('keeps within a terminal, and does not say the commit twice', () => {
    const shown = lines({}, 60);
    expect(shown.slice(0, 3)).toEqual([
      `  commit   ${commit}`,
      '  changed  repository: git.localhost/acme/site,',
      '           build: pilotage-dev-builds:1eef2edd-afe2-4c59',
    ]);
  });

  it('has its log where the console is, and elsewhere the command that shows it', () => {
    expect(lines({})).toContain(`  log      ${log}`);
    expect(lines(LOCAL)).toContain(
      '  log      aws --endpoint-url http://127.0.0.1:4566 --region us-east-1 logs tail /pilotage/builds/acme-shop --log-stream-names staging/0a1b-2c --since 30d',
    );
  });
});
