import type { StackStatus } from '@aws-sdk/client-cloudformation';
import { parametersNow } from '../../shared/provisioning/protection.ts';
import { type CloudFormation, standIn } from './stand-in/cloudformation.ts';
import { NAME } from './stand-in/stack.ts';

let aws: CloudFormation;
beforeAll(async () => {
  aws = await standIn();
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_CLOUDFORMATION: aws.url,
  });
});
afterAll(() => aws.close());
beforeEach(() => aws.reset());

const given = { Boundary: 'arn', DatabaseProtection: 'true' };

const ID = 'acme-production';
const template = {
  Resources: { Database: { Type: 'AWS::RDS::DBInstance', Properties: { DBInstanceIdentifier: ID } } },
};
const telling = (DatabaseId: string) => ({
  template: { Resources: {}, Outputs: { DatabaseId: { Description: '', Value: DatabaseId } } },
});
const now = (parameters: Record<string, string> = given) => parametersNow(parameters, NAME, template);

describe('the database of a stack', () => {
  it.each([
    'REVIEW_IN_PROGRESS',
    'CREATE_IN_PROGRESS',
    'CREATE_FAILED',
    'ROLLBACK_IN_PROGRESS',
    'ROLLBACK_COMPLETE',
    'ROLLBACK_FAILED',
  ] satisfies StackStatus[])('is not protected while the stack is only being made: %s', async (status) => {
    aws.given(status);
    expect(await now()).toEqual({ Boundary: 'arn', DatabaseProtection: 'false' });
  });

  it('is not protected before there is a stack', async () => {
    expect(await now()).toMatchObject({ DatabaseProtection: 'false' });
  });

  it.each(['CREATE_COMPLETE', 'UPDATE_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE'] satisfies StackStatus[])(
    'is not protected before the update that brings it is complete: %s',
    async (status) => {
      aws.given(status);
      expect(await now()).toMatchObject({ DatabaseProtection: 'false' });
      // The one whose place it takes.
      aws.given(status, telling('acme-production-mysql'));
      expect(await now()).toMatchObject({ DatabaseProtection: 'false' });
    },
  );

  it.each([
    'CREATE_COMPLETE',
    'UPDATE_IN_PROGRESS',
    'UPDATE_COMPLETE',
    'UPDATE_ROLLBACK_IN_PROGRESS',
    'UPDATE_ROLLBACK_COMPLETE',
  ] satisfies StackStatus[])('is as the manifest says once it is there: %s', async (status) => {
    aws.given(status, telling(ID));
    expect(await now()).toEqual(given);
    expect(await now({ ...given, DatabaseProtection: 'false' })).toMatchObject({ DatabaseProtection: 'false' });
  });
});

it('a stack without a database is not looked at for it', async () => {
  expect(await now({ Boundary: 'arn' })).toEqual({ Boundary: 'arn' });
  expect(aws.calls).toEqual([]);
});
