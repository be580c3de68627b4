import {
  type Connection,
  connectionId,
  findConnection,
  forgetConnection,
  keepConnection,
  listConnections,
  noteSeen,
} from '../../shared/ledger/connections.ts';
import { type Stage, setStage } from '../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());
beforeEach(() => stage.fresh());

const connectionOf = (repository: string): Connection => ({
  id: connectionId(repository),
  provider: 'github',
  repository,
  api: 'https://api.github.com',
  pilots: [{ pilot: 'acme-shop', manifest: 'pilot.yaml' }],
  createdAt: '2026-11-21T01:57:15.000Z',
  by: 'ada@laptop',
});

describe('webhook: a connection', () => {
  it('has one id, however the letters of its repository are written', () => {
    expect(connectionId('github.com/acme/shop')).toMatch(/^[0-9a-f]{12}$/);
    expect(connectionId('github.com/Acme/Shop')).toBe(connectionId('github.com/acme/shop'));
    expect(connectionId('gitlab.com/acme/shop')).not.toBe(connectionId('github.com/acme/shop'));
  });

  it('is kept, found, listed and forgotten', async () => {
    const [shop, web] = [connectionOf('github.com/acme/shop'), connectionOf('github.com/acme/web')];
    await keepConnection({ ...shop, hook: '7' });
    await keepConnection(web);
    expect(await findConnection(shop.id)).toEqual({ ...shop, hook: '7' });
    expect(new Set((await listConnections()).map(({ id }) => id))).toEqual(new Set([shop.id, web.id]));
    await forgetConnection(shop.id);
    await forgetConnection(shop.id);
    expect(await findConnection(shop.id)).toBeUndefined();
    expect(await listConnections()).toEqual([web]);
  });

  it('that is connected once more keeps what was seen of it', async () => {
    const shop = connectionOf('github.com/acme/shop');
    await keepConnection(shop);
    await noteSeen(shop.id, { branches: ['main'], refs: { main: null } });
    await keepConnection({ ...shop, by: 'grace@laptop' });
    expect(await findConnection(shop.id)).toEqual({
      ...shop,
      by: 'grace@laptop',
      branches: ['main'],
      refs: { main: null },
    });
  });

  it('that is forgotten meanwhile does not come back by what was seen of it', async () => {
    await noteSeen(connectionId('github.com/acme/shop'), { branches: ['main'] });
    expect(await listConnections()).toEqual([]);
  });
});
