import { storageOf } from '../../shared/aws/databases.ts';
import { refusedWith, saidBy, serveWire } from '../support/wire.ts';

/** RDS as far as the SDK's wire goes: nothing is ever on its way in the emulator's. */
let end: () => Promise<void>;
let database: string | undefined;

beforeAll(async () => {
  end = await serveWire(() =>
    database === undefined
      ? refusedWith('DBInstanceNotFound', 'none', 404)
      : saidBy('DescribeDBInstances', `<DBInstances><DBInstance>${database}</DBInstance></DBInstances>`),
  );
});
afterAll(() => end());

describe('the storage of a database', () => {
  it.each([
    ['what it has', '<AllocatedStorage>40</AllocatedStorage>', 40],
    [
      'what it is just getting',
      '<AllocatedStorage>40</AllocatedStorage><PendingModifiedValues><AllocatedStorage>50</AllocatedStorage></PendingModifiedValues>',
      50,
    ],
    ['not known where there is none', undefined, undefined],
  ])('is %s', async (_, told, storage) => {
    database = told;
    expect(await storageOf('acme-shop-production')).toBe(storage);
  });
});
