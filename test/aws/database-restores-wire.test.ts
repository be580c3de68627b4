import { askForRestore } from '../../shared/aws/database-restores.ts';
import { refusedWith, serveWire } from '../support/wire.ts';

/** RDS as far as the SDK's wire goes: what it refuses, the emulator takes. */
let end: () => Promise<void>;
let code: string;
let times: number;

beforeAll(async () => {
  end = await serveWire(() => {
    times += 1;
    return refusedWith(code, `because of ${code}`);
  });
});
afterAll(() => end());
beforeEach(() => {
  times = 0;
});

const ask = (said: string) => {
  code = said;
  const like = { class: 'db.t4g.micro', securityGroups: ['sg-1'] };
  return askForRestore({ id: 'restored-1', snapshot: 'one', like, multiAz: false, tags: {} });
};

describe('a restore', () => {
  it.each([
    ['DBInstanceAlreadyExists', 'exists'],
    ['DBSnapshotNotFound', 'no snapshot'],
    ['InvalidDBSnapshotState', 'snapshot busy'],
    ['InstanceQuotaExceeded', 'quota'],
    ['InsufficientDBInstanceCapacity', 'no capacity'],
  ])('that ends with %s is told as: %s', async (said, told) => {
    expect(await ask(said)).toBe(told);
  });

  it.each([
    'InvalidParameterCombination',
    'InvalidParameterValue',
    'DBParameterGroupNotFound',
    'DBSubnetGroupNotFoundFault',
    'KMSKeyNotAccessibleFault',
    'InvalidVPCNetworkStateFault',
  ])('that RDS refuses by %s is not asked for again', async (said) => {
    expect(await ask(said)).toEqual({ refused: `because of ${said}` });
    expect(times).toBe(1);
  });

  it('that was not let through is tried again by whoever asked', async () => {
    await expect(ask('AccessDenied')).rejects.toThrow('because of AccessDenied');
  });
});
