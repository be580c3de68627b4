import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { tokenId, tokenOf, webhookSecretId, webhookSecrets } from '../../shared/git/secrets.ts';
import { emulatorUrl } from '../support/emulator.ts';
import { type Faulty, faultsBefore } from '../support/faulty.ts';

const HOUR = 3_600_000;

let faulty: Faulty;
let secrets: SecretsManagerClient;
let connection: string;
let made = 0;
beforeAll(async () => {
  faulty = await faultsBefore(emulatorUrl());
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: faulty.url,
    INSTALLATION: `pilotage-${process.pid}`,
  });
  secrets = new SecretsManagerClient({ endpoint: emulatorUrl() });
});
beforeEach(() => {
  connection = (++made).toString(16).padStart(12, '0');
});
afterEach(() => {
  jest.restoreAllMocks();
  faulty.heal();
});
afterAll(() => faulty.close());

const keep = (Name: string, SecretString: string) => secrets.send(new CreateSecretCommand({ Name, SecretString }));
const rotate = (SecretString: string) =>
  secrets.send(new PutSecretValueCommand({ SecretId: webhookSecretId(connection), SecretString }));
const later = (milliseconds: number) => {
  const now = Date.now() + milliseconds;
  jest.spyOn(Date, 'now').mockImplementation(() => now);
};
const asked = () => faulty.seen.filter((text) => text.startsWith('GetSecretValue'));

describe('webhook: the secrets of a connection', () => {
  it('are named after installation and connection', () => {
    expect(webhookSecretId('0123456789ab')).toBe(`${process.env.INSTALLATION}/git/0123456789ab/webhook`);
    expect(tokenId('0123456789ab')).toBe(`${process.env.INSTALLATION}/git/0123456789ab/token`);
  });

  it('are the current one, and the one before it for a day, whatever is kept in memory', async () => {
    await keep(webhookSecretId(connection), 'old');
    await rotate('new');
    expect(await webhookSecrets(connection)).toEqual(['new', 'old']);
    later(23.95 * HOUR);
    expect(await webhookSecrets(connection)).toEqual(['new', 'old']);
    later(24.02 * HOUR);
    expect(await webhookSecrets(connection)).toEqual(['new']);
  });

  it('of a day ago are no longer asked for', async () => {
    await keep(webhookSecretId(connection), 'old');
    await rotate('new');
    later(25 * HOUR);
    expect(await webhookSecrets(connection)).toEqual(['new']);
    expect(asked()).toHaveLength(1);
  });

  it('before the last are none, though it is not a day ago', async () => {
    await keep(webhookSecretId(connection), 'oldest');
    await rotate('older');
    await rotate('new');
    expect(await webhookSecrets(connection)).toEqual(['new', 'older']);
  });

  it('are asked for once in five minutes, however many ask at once', async () => {
    await keep(webhookSecretId(connection), 'same');
    await Promise.all(Array.from({ length: 5 }, () => webhookSecrets(connection)));
    const once = asked().length;
    later(290_000);
    await webhookSecrets(connection);
    expect(asked()).toHaveLength(once);
    later(310_000);
    await webhookSecrets(connection);
    expect(asked()).toHaveLength(2 * once);
  });

  it('are asked for again where nothing fits, not more often than every ten seconds', async () => {
    await keep(webhookSecretId(connection), 'old');
    expect(await webhookSecrets(connection, 10)).toEqual(['old']);
    await rotate('new');
    expect(await webhookSecrets(connection, 10)).toEqual(['old']);
    later(11_000);
    expect(await webhookSecrets(connection)).toEqual(['old']);
    expect(await webhookSecrets(connection, 10)).toEqual(['new', 'old']);
    expect(await webhookSecrets(connection)).toEqual(['new', 'old']);
  });

  it('have no spaces around them, and an empty one is none', async () => {
    await keep(webhookSecretId(connection), ' \n');
    expect(await webhookSecrets(connection)).toEqual([]);
    await rotate('with a line’s end\n');
    expect(await webhookSecrets(connection, 0)).toEqual(['with a line’s end']);
  });

  it('are none where there is no secret, or one that is about to be deleted', async () => {
    expect(await webhookSecrets(connection)).toEqual([]);
    await keep(webhookSecretId(connection), 'gone');
    await secrets.send(new DeleteSecretCommand({ SecretId: webhookSecretId(connection) }));
    expect(await webhookSecrets(connection, 0)).toEqual([]);
  });

  it('that could not be read are no answer, and are asked for again', async () => {
    await keep(webhookSecretId(connection), 'there');
    faulty.refuse('GetSecretValue', 4, 'InternalServiceError');
    await expect(webhookSecrets(connection)).rejects.toThrow();
    faulty.heal();
    expect(await webhookSecrets(connection)).toEqual(['there']);
  });
});

describe('webhook: the token of a connection', () => {
  it('is read as it is, and a changed one is known within a minute', async () => {
    expect(await tokenOf(connection)).toBeUndefined();
    const app = '{"appId":1,"installationId":2,"privateKey":"key"}';
    await keep(tokenId(connection), app);
    later(61_000);
    expect(await tokenOf(connection)).toBe(app);
  });
});
