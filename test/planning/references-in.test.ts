import { joinPath } from '../../shared/manifest/finding.ts';
import { referencesIn } from '../../shared/planning/references-in.ts';
import { resolvedFrom } from '../support/manifest.ts';

const found = (manifest: object) =>
  referencesIn(
    resolvedFrom({ apiVersion: 'pilotage/v1', name: 'acme', target: 'ecs', source: { image: 'acme:1' }, ...manifest }),
  ).map(({ path, written }) => `${joinPath(path)} ${written}`);

describe('the references of a manifest', () => {
  it('are found wherever there may be one', () => {
    const manifest = {
      source: { git: { repository: 'github.com/acme/shop', connection: 'secret:git' } },
      build: { variables: { NPM: 'secret:npm', MODE: 'fast' } },
      database: { password: 'secret:db' },
      config: {
        values: { VPC: 'stack-output:network.VpcId', deep: { list: ['x', 'ssm:list'] }, text: 'ssm: is text' },
      },
      secrets: { SMTP: 'ssm:smtp' },
      notifications: {
        webhooks: [
          { url: 'https://hooks.example.com/a', secret: 'secret:hook' },
          { url: 'https://hooks.example.com/b', secret: 'secret:/shared/hook' },
        ],
      },
    };
    expect(found(manifest)).toEqual([
      'source.git.connection secret:git',
      'build.variables.NPM secret:npm',
      'database.password secret:db',
      'config.values.VPC stack-output:network.VpcId',
      'config.values.deep.list[1] ssm:list',
      'secrets.SMTP ssm:smtp',
      'notifications.webhooks[0].secret secret:hook',
      'notifications.webhooks[1].secret secret:/shared/hook',
    ]);
  });

  it('include the address of a database elsewhere', () => {
    expect(found({ database: { url: 'ssm:/shared/database' } })).toEqual(['database.url ssm:/shared/database']);
  });

  it('are none where nothing is one', () => {
    expect(found({ owner: 'secret:owner' })).toEqual([]);
  });
});
