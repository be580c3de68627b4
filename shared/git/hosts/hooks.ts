import type { Hook, HookNow } from '../host.ts';
import type { HostHttp } from './http.ts';
import { isTrouble } from './trouble.ts';

/** The webhooks of one repository. */
export interface Hooks {
  list(): Promise<HookNow[]>;
  add(hook: Hook): Promise<HookNow>;
  change(id: string, hook: Hook): Promise<HookNow>;
  remove(id: string): Promise<void>;
}

/** Sees to one webhook with that URL: the first of them is changed, others are removed, or one is made. */
export function keepHook(http: HostHttp, hooks: Hooks, hook: Hook): Promise<HookNow> {
  return http.untilAnswered(async () => {
    const [first, ...others] = (await hooks.list()).filter(({ url }) => url === hook.url);
    for (const { id } of others) await removeHook(hooks, id);
    return first ? hooks.change(first.id, hook) : hooks.add(hook);
  });
}

/** Removes a webhook that may be gone already. */
export async function removeHook(hooks: Hooks, id: string): Promise<void> {
  try {
    await hooks.remove(id);
  } catch (error) {
    if (!isTrouble(error, 'missing')) throw error;
  }
}
