import type { Deployment } from '../ledger/deployment.ts';
import { findDeployment } from '../ledger/deployments.ts';
import { ofDeployment } from '../names.ts';
import { keepTold } from './keep-told.ts';
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

/** Brings a deployment's message to what is true now. */
export const followDeployment = ({ bot, deployment, told, deadline, warn }: Following): Promise<void> =>
  keepTold({
    deployment,
    channel: 'slack',
    warn,
    look: async () => {
      const { content, end } = viewOf(await rowOf(deployment), told);
      return { end, ...(content && { send: (claim) => showMessage(bot, claim, deployment, content, deadline) }) };
    },
  });

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
