import type { Deployment } from '../ledger/deployment.ts';
import { findDeployment } from '../ledger/deployments.ts';
import { askToLookAgain, type Claim, claimNotice, giveBack, noteTold } from '../ledger/notices.ts';
import { ofDeployment } from '../names.ts';
import { endMessage, progressMessage, type SlackMessage } from './slack-blocks.ts';
import { type Bot, showMessage } from './slack-message.ts';
import { isWanted, type Told, toldByRow } from './told.ts';

/** What to show, and whether it is the last word. Without content, nothing is sent. */
export interface View {
  content?: SlackMessage;
  end: boolean;
}

/** Whose message, and for how long to try. */
export interface Following {
  bot: Bot;
  deployment: string;
  /** What the event says of the end: the only source when no deployment was ever accepted. */
  told?: Told;
  /** Epoch milliseconds. */
  deadline: number;
  /** Told when progress could not be shown. That the end could not be told throws. */
  warn: (error: Error) => void;
}

/**
 * Brings a deployment's message to what is true now. One at a time: whoever
 * finds somebody at it asks them to look again and leaves, so that ten events
 * at once are one or two updates, and none brings an older state back.
 */
export async function followDeployment(following: Following): Promise<void> {
  const { deployment } = following;
  for (;;) {
    const claim = await claimNotice(deployment, 'slack');
    if (claim === 'told') return;
    if (claim !== 'busy') {
      if (await showNow(claim, following)) return;
    } else if (await askToLookAgain(deployment, 'slack')) return;
  }
}

/** @returns whether there is nothing more to look at. */
async function showNow(claim: Claim, { bot, deployment, told, deadline, warn }: Following): Promise<boolean> {
  let view: View | undefined;
  try {
    view = viewOf(await rowOf(deployment), told);
    if (view.content) await showMessage(bot, claim, deployment, view.content, deadline);
  } catch (error) {
    // What could not be given back runs out by itself.
    const seen = await giveBack(claim).catch(() => false);
    if (!view || view.end) throw error;
    warn(error as Error);
    return seen;
  }
  if (!view.end) return giveBack(claim);
  await noteTold(claim);
  return true;
}

/** A rejected upload may have an id that is nobody's. */
const rowOf = async (deployment: string): Promise<Deployment | undefined> =>
  ofDeployment(deployment) && findDeployment(deployment);

/**
 * What the deployment's message should say. A running deployment shows nothing
 * until Validate has settled its notification level, and nothing at level `failures`.
 */
export function viewOf(row: Deployment | undefined, byEvent: Told | undefined): View {
  const told = toldByRow(row) ?? byEvent;
  if (told) return { end: true, ...(isWanted(told) && { content: endMessage(told) }) };
  return { end: false, ...(row?.policy?.level === 'all' && { content: progressMessage(row) }) };
}
