import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readChanges } from '../../shared/aws/change-sets.ts';

/** CloudFormation as far as the SDK's wire goes, for what the emulator does not do. */
let server: Server;
let asked: string[];
let answer: (action: string, form: URLSearchParams) => string | { code: string };

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const form = new URLSearchParams(text);
    const action = form.get('Action') ?? '';
    asked.push(action);
    const said = answer(action, form);
    if (typeof said !== 'string') {
      const error = `<Error><Type>Sender</Type><Code>${said.code}</Code><Message>${said.code}</Message></Error>`;
      response.writeHead(400).end(`<ErrorResponse>${error}</ErrorResponse>`);
      return;
    }
    response.end(`<${action}Response><${action}Result>${said}</${action}Result></${action}Response>`);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});
beforeEach(() => {
  asked = [];
});

const read = (patience: number, request = 'r') =>
  readChanges({ stack: 'acme', template: '{}', parameters: { Size: 'small' }, request }, patience);
const status = (text: string, reason = '') => `<Status>${text}</Status><StatusReason>${reason}</StatusReason>`;
const change = (name: string) =>
  `<Changes><member><Type>Resource</Type><ResourceChange><Action>Add</Action><LogicalResourceId>${name}</LogicalResourceId></ResourceChange></member></Changes>`;

describe('a change set', () => {
  it('is waited for, read to its last page and removed', async () => {
    let looks = 0;
    answer = (action, form) => {
      if (action !== 'DescribeChangeSet') return '';
      if (looks++ === 0) return status('CREATE_IN_PROGRESS');
      if (form.get('NextToken')) return status('CREATE_COMPLETE') + change('Second');
      return `${status('CREATE_COMPLETE')}${change('First')}<NextToken>2</NextToken>`;
    };
    const reading = await read(10_000);
    const names = reading.state === 'read' && reading.changes.map((one) => one.ResourceChange?.LogicalResourceId);
    expect(names).toEqual(['First', 'Second']);
    expect(asked).toEqual([
      'CreateChangeSet',
      ...['DescribeChangeSet', 'DescribeChangeSet', 'DescribeChangeSet'],
      'DeleteChangeSet',
    ]);
  });

  it('that is there already was made by the call whose answer was lost', async () => {
    answer = (action) => {
      if (action === 'CreateChangeSet') return { code: 'AlreadyExistsException' };
      return action === 'DescribeChangeSet' ? status('CREATE_COMPLETE') : '';
    };
    expect(await read(0)).toEqual({ state: 'read', changes: [] });
  });

  it('has one name for one request, and another for another', async () => {
    const names: (string | null)[] = [];
    answer = (action, form) => {
      if (action === 'CreateChangeSet') names.push(form.get('ChangeSetName'));
      return action === 'DescribeChangeSet' ? status('CREATE_COMPLETE') : '';
    };
    for (const request of ['a', 'a', 'b']) await read(0, request);
    expect(names[0]).toBe(names[1]);
    expect(names[0]).not.toBe(names[2]);
  });

  it('that CloudFormation refuses tells why', async () => {
    answer = (action) => (action === 'DescribeChangeSet' ? status('FAILED', 'Unresolved resource dependencies') : '');
    expect(await read(0)).toEqual({ state: 'failed', reason: 'Unresolved resource dependencies' });
    expect(asked.at(-1)).toBe('DeleteChangeSet');
  });

  it.each([
    'No updates are to be performed.',
    "The submitted information didn't contain changes. Submit different information to create a change set.",
  ])('that failed for “%s” changes nothing', async (reason) => {
    answer = (action) => (action === 'DescribeChangeSet' ? status('FAILED', reason) : '');
    expect(await read(0)).toEqual({ state: 'read', changes: [] });
  });

  it('that is not ready in time is given up, even while it cannot be removed', async () => {
    answer = (action) => {
      if (action === 'DeleteChangeSet') return { code: 'InvalidChangeSetStatus' };
      return action === 'DescribeChangeSet' ? status('CREATE_PENDING') : '';
    };
    expect(await read(0)).toEqual({ state: 'late' });
  });
});
