import { type Desk, setDesk } from './support/desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await setDesk();
});
afterAll(() => desk.close());

describe('pilot schema', () => {
  it('prints the JSON Schema', async () => {
    const { exit, out } = await desk.type('schema');
    expect([exit, JSON.parse(out).$schema]).toEqual([0, 'https://json-schema.org/draft/2020-12/schema']);
    expect(JSON.parse((await desk.type('schema', '--json')).out)).toMatchObject({ ok: true, schema: JSON.parse(out) });
  });
});
