import { readChanges } from '../../shared/aws/change-sets.ts';
import { refusedWith, saidBy, serveWire } from '../support/wire.ts';

/** CloudFormation as far as the SDK's wire goes, for what the emulator does not do. */
let end: () => Promise<void>;
let asked: string[];
let answer: (action: string, form: URLSearchParams) => string | { code: string };

beforeAll(async () => {
  end = await serveWire((body) => {
    const form = new URLSearchParams(body);
    const action = form.get('Action') ?? '';
    asked.push(action);
    const said = answer(action, form);
    return typeof said === 'string' ? saidBy(action, said) : refusedWith(said.code);
  });
});
afterAll(() => end());
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
