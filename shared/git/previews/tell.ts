import { createHash } from 'node:crypto';
import { type Connection, findConnection } from '../../ledger/connections.ts';
import { noteShown } from '../../ledger/notices.ts';
import { logOf } from '../../log.ts';
import { keepTold } from '../../notify/keep-told.ts';
import { hostFor } from '../connected.ts';
import { isTrouble } from '../hosts/trouble.ts';
import { commentOf } from './comment.ts';
import { type PreviewNamed, standingOf } from './standing.ts';

const log = logOf('previews');
const CHANNEL = 'pull-request';

/**
 * Brings the comment on a pull request to how its preview stands now: whoever comes late shows nothing old, and what is
 * shown already is not sent again.
 * @throws where it is to be told again.
 */
export async function tellPreview(of: PreviewNamed): Promise<void> {
  const connection = await findConnection(of.connection);
  if (!connection) return;
  let trouble: unknown;
  await keepTold({
    deployment: `preview#${of.connection}#${of.number}#${of.pilot}`,
    channel: CHANNEL,
    warn: (error) => {
      trouble = error;
    },
    look: async () => {
      const text = commentOf(of.pilot, await standingOf(of));
      if (text === undefined) return { end: false };
      const send = async (claim: Parameters<typeof noteShown>[0]) => {
        trouble = undefined;
        const shown = createHash('sha256').update(text).digest('hex');
        if (claim.notice.shown === shown) return;
        const mark = await comment(connection, of, text);
        await noteShown(claim, { channel: CHANNEL, ts: mark }, shown);
      };
      // It never ends: a pull request may be opened again.
      return { end: false, send };
    },
  });
  if (!trouble) return;
  // Asking again would not help: the token may not do it, or the pull request is gone.
  if (!isTrouble(trouble, 'denied', 'missing')) throw trouble;
  log.warn('a preview was not told', { ...of, error: trouble.message });
}

async function comment(connection: Connection, { pilot, number }: PreviewNamed, text: string): Promise<string> {
  const mark = `pilotage:preview:${pilot}`;
  const host = await hostFor(connection);
  await host.commentOnPullRequest(number, mark, text);
  return mark;
}
