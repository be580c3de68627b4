import type { Context } from 'aws-lambda';
import { CLAIM_SECONDS } from '../../shared/ledger/notices.ts';
import { logOf } from '../../shared/log.ts';
import { type Beside, besideByEvent } from '../../shared/notify/beside.ts';
import { tellOnce } from '../../shared/notify/once.ts';
import { postToWebhook } from '../../shared/notify/slack-api.ts';
import { endMessage } from '../../shared/notify/slack-blocks.ts';
import { type SlackSettings, slackSettings } from '../../shared/notify/slack-settings.ts';
import { type BusEvent, isWanted, subjectOf, toldByEvent } from '../../shared/notify/told.ts';

const log = logOf('notify-slack');

/** Milliseconds kept for writing down what was sent. */
const RESERVE = 5_000;

/** Keeps one message per deployment in Slack, or posts how it ended; does nothing where Slack is not set up. */
export async function handler(event: BusEvent, context: Context): Promise<void> {
  const settings = await slackSettings();
  if (!settings) return;
  const deployment = subjectOf(event);
  const told = toldByEvent(event);
  const deadline = Date.now() + Math.min(context.getRemainingTimeInMillis(), CLAIM_SECONDS * 1000) - RESERVE;

  const beside = besideByEvent(event);
  if (beside) return tellBeside(settings, beside, deadline);
  // What is no deployment, and nothing that anybody wants to hear of.
  if (!('pilot' in event.detail)) return;
  if (settings.kind === 'bot') {
    const warn = (error: Error) => log.warn('progress was not shown', { deployment, error });
    const { followDeployment } = await import('../../shared/notify/slack-follow.ts');
    await followDeployment({ bot: settings, deployment, ...(told && { told }), deadline, warn });
  } else if (told && isWanted(told)) {
    await tellOnce(deployment, 'slack', () => postToWebhook(settings.webhook, endMessage(told), deadline));
  }
}

/** It is no deployment, whose one message would be kept up to date: it is said once. */
async function tellBeside(settings: SlackSettings, told: Beside, deadline: number): Promise<void> {
  const content = told.slack();
  await tellOnce(told.deployment, 'slack', async (claim) => {
    if (settings.kind === 'webhook') return postToWebhook(settings.webhook, content, deadline);
    const { showMessage } = await import('../../shared/notify/slack-message.ts');
    await showMessage(settings, claim, told.deployment, content, deadline);
  });
}
