import {
  CreateEnvironmentCommand,
  DescribeEnvironmentsCommand,
  ElasticBeanstalkClient,
  ListTagsForResourceCommand,
  SwapEnvironmentCNAMEsCommand,
  UpdateEnvironmentCommand,
  UpdateTagsForResourceCommand,
} from '@aws-sdk/client-elastic-beanstalk';
import { type Account, openAccount } from '../../../local/beanstalk/account.ts';
import { operationNamed, statusOf } from '../../../local/beanstalk/model.ts';
import { OPERATIONS } from '../../../local/beanstalk/operations.ts';
import { Refusal } from '../../../local/beanstalk/refusal.ts';
import { type Service, startService } from '../../../local/beanstalk/service.ts';

let account: Account;
let service: Service;
let client: ElasticBeanstalkClient;
beforeEach(async () => {
  account = openAccount();
  service = await startService(account);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  client = new ElasticBeanstalkClient({ endpoint: service.url, region: 'us-east-1', credentials, maxAttempts: 1 });
});
afterEach(() => service.close());

const post = async (form: Record<string, string>) => {
  const answer = await fetch(service.url, { method: 'POST', body: new URLSearchParams(form) });
  return { status: answer.status, text: await answer.text() };
};

describe('the stand-in for Elastic Beanstalk is held to its API', () => {
  it('has only operations that the API has', () => {
    for (const name of Object.keys(OPERATIONS)) expect(operationNamed(name)).toBeDefined();
    expect(operationNamed('SwapEverything')).toBeUndefined();
  });

  it.each([
    ['a member that there is not', { ApplicationName: 'acme', Colour: 'blue' }, 'has no member Colour'],
    ['without what is required', { EnvironmentName: 'acme' }, 'has to have ApplicationName'],
    ['a list that is none', { ApplicationName: 'acme', Tags: 'x' }, 'is no list'],
  ])('takes no request with %s', async (_what, form, words) => {
    const answer = await post({ Action: 'CreateEnvironment', ...form });
    expect(answer).toMatchObject({ status: 400, text: expect.stringContaining(words) });
    expect(answer.text).toContain('<Code>ValidationError</Code>');
  });

  it('takes no value that is not one of those listed', async () => {
    const answer = await post({ Action: 'DescribeEvents', Severity: 'LOUD' });
    expect(answer.text).toContain('may not be LOUD');
  });

  it('gives no answer that the API does not have', async () => {
    OPERATIONS.DescribeEvents = () => ({ Events: [{ Loudness: 1 }] });
    expect((await post({ Action: 'DescribeEvents' })).text).toContain('has no member Loudness');
  });

  it('knows the errors of the API by its own model', () => {
    expect([statusOf('OperationInProgressFailure'), statusOf('InsufficientPrivilegesException')]).toEqual([400, 403]);
    expect(statusOf('TooManySecrets')).toBeUndefined();
  });

  it('gives no error that the API does not have', async () => {
    service.trouble = () => new Refusal('TooManySecrets', 'no more');
    expect(await post({ Action: 'DescribeEvents' })).toMatchObject({ status: 500 });
  });
});

describe('the stand-in does what Elastic Beanstalk does', () => {
  async function environment(EnvironmentName: string, CNAMEPrefix?: string) {
    const versions = new Map([
      [
        'one',
        {
          label: 'one',
          description: '',
          status: 'Processed' as const,
          bundle: { bucket: 'b', key: 'k' },
          createdAt: new Date(),
        },
      ],
    ]);
    account.applications.set('acme', { name: 'acme', description: '', tags: {}, versions });
    const PlatformArn =
      'arn:aws:elasticbeanstalk:us-east-1::platform/Node.js 24 running on 64bit Amazon Linux 2023/6.10.0';
    return client.send(
      new CreateEnvironmentCommand({
        ApplicationName: 'acme',
        EnvironmentName,
        VersionLabel: 'one',
        PlatformArn,
        ...(CNAMEPrefix && { CNAMEPrefix }),
      }),
    );
  }

  it('makes up an address where none is asked for, and gives none twice', async () => {
    await environment('acme-blue', 'acme');
    const green = await environment('acme-green');
    expect(green.CNAME).toMatch(/^acme-green\.eba-[0-9a-f]+\.us-east-1\.elasticbeanstalk\.com$/);
    await expect(environment('acme-other', 'acme')).rejects.toThrow('not available');
    await expect(environment('acme-blue')).rejects.toThrow('already exists');
  });

  it('swaps the addresses of two that are ready, and of no others', async () => {
    const [blue, green] = [await environment('acme-blue', 'acme'), await environment('acme-green')];
    const swap = () =>
      client.send(
        new SwapEnvironmentCNAMEsCommand({
          SourceEnvironmentId: blue.EnvironmentId,
          DestinationEnvironmentId: green.EnvironmentId,
        }),
      );
    await swap();
    const { Environments = [] } = await client.send(new DescribeEnvironmentsCommand({ ApplicationName: 'acme' }));
    expect(Environments.map(({ CNAME }) => CNAME)).toEqual([green.CNAME, blue.CNAME]);
    for (const one of account.environments) one.status = 'Updating';
    await expect(swap()).rejects.toThrow('Must be Ready');
  });

  describe('with the tags of an application', () => {
    const ResourceArn = 'arn:aws:elasticbeanstalk:us-east-1:000000000000:application/acme';
    const change = (tags: Record<string, string>, TagsToRemove?: string[]) => {
      const TagsToAdd = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      return client.send(
        new UpdateTagsForResourceCommand({ ResourceArn, TagsToAdd, ...(TagsToRemove && { TagsToRemove }) }),
      );
    };
    beforeEach(() => {
      account.applications.set('acme', {
        name: 'acme',
        description: '',
        tags: { a: '1', b: '2' },
        versions: new Map(),
      });
    });

    it('adds, changes and removes them in one call', async () => {
      await change({ b: '3', c: '4' }, ['a', 'not there']);
      const { ResourceTags } = await client.send(new ListTagsForResourceCommand({ ResourceArn }));
      expect(ResourceTags).toEqual([
        { Key: 'b', Value: '3' },
        { Key: 'c', Value: '4' },
      ]);
    });

    it.each([
      ['a sign that tags do not have', { a: '1,2' }],
      ['an empty value', { a: '' }],
      ['a key that is AWS’s own', { 'aws:a': '1' }],
      ['a key that is too long', { ['a'.repeat(128)]: '1' }],
      ['nothing at all', {}],
    ])('takes no change with %s', async (_what, tags) => {
      await expect(change(tags)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    });

    it('has no more than 50 of them, those counted that are to go', async () => {
      const many = Object.fromEntries(Array.from({ length: 48 }, (_, index) => [`tag-${index}`, 'x']));
      await change(many);
      await expect(change({ c: '1' }, ['a'])).rejects.toMatchObject({ name: 'TooManyTagsException' });
      await change({ a: '2' });
    });

    it('knows none of what is not there', async () => {
      account.applications.clear();
      await expect(change({ a: '1' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    });
  });

  it('changes version or configuration, never both at once', async () => {
    const { EnvironmentId } = await environment('acme-blue');
    await expect(
      client.send(
        new UpdateEnvironmentCommand({
          EnvironmentId,
          VersionLabel: 'one',
          OptionSettings: [{ Namespace: 'aws:autoscaling:asg', OptionName: 'MinSize', Value: '2' }],
        }),
      ),
    ).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
  });
});
