import * as z from 'zod/mini';
import type { Hook, HookNow } from '../host.ts';
import type { Hooks } from './hooks.ts';
import type { HostHttp } from './http.ts';
import { numberedPages } from './pages.ts';
import { CallTrouble } from './trouble.ts';

const Hooked = z.object({ id: z.number(), url: z.string(), alert_status: z.optional(z.string()) });
const Signing = z.object({ ...Hooked.shape, signing_token_present: z.optional(z.boolean()) });

/** A project’s webhooks. @see https://docs.gitlab.com/api/project_webhooks/ */
export const hooksOf = (http: HostHttp, home: string): Hooks => {
  const path = `${home}/hooks`;
  const settings = ({ url, secret }: Hook) => ({
    url,
    ...(isSigningToken(secret) ? { signing_token: secret } : { token: secret }),
    push_events: true,
    tag_push_events: true,
    merge_requests_events: true,
    enable_ssl_verification: true,
  });
  return {
    list: async () => (await numberedPages(path, (page) => http.json(z.array(Hooked), page))).map(hookNow),
    add: async (hook) => kept(hook, await http.json(Signing, { method: 'POST', path, body: settings(hook) })),
    change: async (id, hook) =>
      kept(
        hook,
        await http.json(Signing, { method: 'PUT', path: `${path}/${encodeURIComponent(id)}`, body: settings(hook) }),
      ),
    remove: (id) => http.send({ method: 'DELETE', path: `${path}/${encodeURIComponent(id)}` }),
  };
};

/** A key that signs, and no token that comes along. @see https://gitlab.com/gitlab-org/gitlab/-/merge_requests/231325 */
const isSigningToken = (secret: string): boolean => secret.startsWith('whsec_');

/** A GitLab that knows no signing tokens passes over them: its webhooks would come without any secret. */
function kept({ secret }: Hook, hooked: z.output<typeof Signing>): HookNow {
  if (isSigningToken(secret) && !hooked.signing_token_present)
    throw new CallTrouble(
      'unexpected',
      'GitLab took no signing token for the webhook, so this version has none: disconnect the repository, and connect it again without --signing',
    );
  return hookNow(hooked);
}

/** GitLab stops hooks that fail often: `temporarily_disabled`, then `disabled`. */
const hookNow = ({ id, url, alert_status: status = 'executable' }: z.output<typeof Hooked>): HookNow => ({
  id: String(id),
  url,
  isActive: status === 'executable',
});
