import type { StackChange } from '../../shared/preview/stack.ts';
import { storageProblems, storageTold } from '../../shared/provisioning/database-storage.ts';
import { provision } from '../../shared/provisioning/provision.ts';
import type { Resource } from '../../templates/template.ts';
import { emulatorUrl } from '../support/emulator.ts';
import { grownDatabase } from '../support/grown-database.ts';
import { type CloudFormation, standIn } from './stand-in/cloudformation.ts';
import { DEPLOYMENT, LOGS, templateWith, untilEnd, wantedWith } from './wanted.ts';

let aws: CloudFormation;
beforeAll(async () => {
  aws = await standIn();
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: emulatorUrl(),
    AWS_ENDPOINT_URL_CLOUDFORMATION: aws.url,
    AWS_ENDPOINT_URL_IAM: aws.url,
  });
});
afterAll(() => aws.close());
beforeEach(() => aws.reset());

const database = (AllocatedStorage: number, more: object = {}): Resource => ({
  Type: 'AWS::RDS::DBInstance',
  DeletionPolicy: 'Snapshot',
  Properties: { AllocatedStorage: String(AllocatedStorage), ...more },
});

describe('what a change set would tell RDS of storage', () => {
  const change = (more: Partial<StackChange>): StackChange => ({
    action: 'change',
    type: 'AWS::RDS::DBInstance',
    logicalId: 'Database',
    name: 'acme-shop-production',
    settings: ['AllocatedStorage'],
    ...more,
  });
  const template = JSON.stringify(templateWith({ Database: database(60, { MaxAllocatedStorage: 300 }) }));
  const told = (more: Partial<StackChange>) => storageTold([change(more)], template);

  it('is what differs from the template before', () => {
    expect(told({})).toEqual({ database: 'acme-shop-production', asked: { storage: 60 } });
    expect(told({ settings: ['MaxAllocatedStorage'] })?.asked).toEqual({ most: 300 });
    expect(told({ action: 'maybe-replace' })?.asked).toEqual({ storage: 60 });
  });

  it.each([
    ['other settings', { settings: ['DBInstanceClass'] }],
    ['one that is made', { action: 'create' }],
    ['one that is replaced', { action: 'replace' }],
    ['one that leaves', { action: 'delete' }],
    ['a copy', { logicalId: 'DatabaseReplica1' }],
    ['something else', { type: 'AWS::SQS::Queue' }],
  ] as const)('is nothing of %s', (_, more) => expect(told(more as Partial<StackChange>)).toBeUndefined());

  it('is no problem where RDS knows of no such database', async () => {
    expect(await storageProblems([change({ name: 'nobodys' })], template)).toEqual([]);
  });
});

describe('a stack whose database RDS has let grow', () => {
  /** CloudFormation calls the database as the stand-in does: by its name in the template. */
  async function made(storage: number) {
    const name = await grownDatabase(120);
    await untilEnd(wantedWith({ Logs: LOGS, [name]: database(storage) }));
    if (aws.stack) aws.stack.createdAt = aws.stack.changedAt = new Date('2020-01-02T03:04:05Z');
    aws.executed.length = 0;
    return (to: Resource) => wantedWith({ Logs: LOGS, [name]: to }, { deployment: DEPLOYMENT.replace('T03', 'T04') });
  }

  it('is refused what would make it smaller, before anything is changed', async () => {
    const changing = await made(40);
    expect(await provision(changing(database(60)))).toMatchObject({
      outcome: 'refused',
      problems: [{ code: 'STORAGE_SHRINKS', hint: 'database.storage: 120' }],
    });
    expect(aws.executed).toEqual([]);
  });

  it('is refused the storage of before, where a deployment that failed later had asked for more', async () => {
    const changing = await made(120);
    expect(await provision(changing(database(40)))).toMatchObject({ problems: [{ code: 'STORAGE_SHRINKS' }] });
    expect(aws.executed).toEqual([]);
  });

  it('is changed otherwise, under the storage that its template had', async () => {
    const changing = await made(40);
    const { end } = await untilEnd(changing(database(40, { MultiAZ: true })));
    expect(end).toMatchObject({ outcome: 'provisioned', stack: 'changed' });
  });

  it('grows further', async () => {
    const changing = await made(40);
    expect((await untilEnd(changing(database(132)))).end).toMatchObject({ outcome: 'provisioned', stack: 'changed' });
  });
});
