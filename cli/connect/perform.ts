import type { ApiRequest, ConnectionDetails, ConnectionView } from '../../shared/api.ts';
import { refusedByApi } from '../api.ts';
import { isRefused, type Refused, refused } from '../result.ts';
import { atProvider, type Desk, hookUrl, hostAt } from './desk.ts';
import { webhookSecretName } from './secrets.ts';
import { WORDS } from './words.ts';

/** The connection first, then the webhook: whatever it tells at once is known. */
export async function perform(
  desk: Desk,
  { id, connection }: ConnectionDetails,
  token: string,
  request: Extract<ApiRequest, { action: 'connect' }>,
): Promise<{ hook: string } | Refused> {
  const { provider } = request;
  const done = await putHook(desk, { ...request, id, ...connection }, token);
  if (isRefused(done)) return done;
  const noted = await desk.api.ask({ ...request, hook: done.hook });
  return noted.ok ? done : { ...refusedByApi(noted), consequence: `the webhook is at ${WORDS[provider].name}` };
}

/** Has the provider's webhook signed with the current secret; makes it where there is none. */
export async function putHook(
  desk: Desk,
  connection: Pick<ConnectionView, 'id' | 'provider' | 'repository' | 'api'>,
  token: string,
): Promise<{ hook: string } | Refused> {
  const { name, token: reading, performing } = WORDS[connection.provider];
  const secret = await desk.secrets.read(webhookSecretName(desk.stack, connection.id));
  if (!secret)
    return refused(1, {
      code: 'SECRET_MISSING',
      message: `the secret ${webhookSecretName(desk.stack, connection.id)} holds nothing`,
      hint: 'pilot connect makes it anew',
    });
  const url = hookUrl(desk, connection);
  const put = await atProvider(async () => (await hostAt(connection, token)).putHook({ url, secret: secret.text }));
  if ('done' in put) return { hook: put.done.id };
  return {
    ...refused(1, {
      code: 'HOOK_NOT_MADE',
      message: put.trouble,
      ...(put.isMissing
        ? {
            expected: `a repository that is there, and a token that may see it: ${reading}; and ${performing}`,
            hint: `see that ${connection.repository} is there, then the same with such a token; where the name is wrong: pilot connect remove ${connection.repository} --yes`,
          }
        : {
            expected: `a token that may also do this: ${performing}`,
            hint: `the same once more, or without --perform to see what to do at ${name} by hand`,
          }),
    }),
    consequence: 'the connection and its secret are kept',
  };
}
