import type { Context } from 'aws-lambda';
import { CLAIM_SECONDS } from '../../shared/ledger/notices.ts';
import { logOf } from '../../shared/log.ts';
import { type BackupTold, backupByEvent, backupSlackMessage } from '../../shared/notify/backup.ts';
import { tellOnce } from '../../shared/notify/once.ts';
import { postToWebhook } from '../../shared/notify/slack-api.ts';
import { endMessage } from '../../shared/notify/slack-blocks.ts';
import { type SlackSettings, slackSettings } from '../../shared/notify/slack-settings.ts';
import { type BusEvent, isWanted, toldByEvent } from '../../shared/notify/told.ts';

const log = logOf('notify-slack');

/** Milliseconds kept for writing down what was sent. */
const RESERVE = 5_000;

/** Keeps one message per deployment in Slack, or posts how it ended; does nothing where Slack is not set up. */
export async function handler(event: BusEvent, context: Context): Promise<void> {
  const settings = await slackSettings();
  if (!settings) return;
  const { deployment } = event.detail;
  const told = toldByEvent(event);
  const deadline = Date.now() + Math.min(context.getRemainingTimeInMillis(), CLAIM_SECONDS * 1000) - RESERVE;

  const backup = backupByEvent(event);
  if (backup) return tellBackup(settings, backup, deadline);
  if (settings.kind === 'bot') {
    const warn = (error: Error) => log.warn('progress was not shown', { deployment, error });
    const { followDeployment } = await import('../../shared/notify/slack-follow.ts');
    await followDeployment({ bot: settings, deployment, ...(told && { told }), deadline, warn });
  } else if (told && isWanted(told)) {
    await tellOnce(deployment, 'slack', () => postToWebhook(settings.webhook, endMessage(told), deadline));
  }
}

/** It is no deployment, whose one message would be kept up to date: it is said once. */
async function tellBackup(settings: SlackSettings, told: BackupTold, deadline: number): Promise<void> {
  const content = backupSlackMessage(told);
  await tellOnce(told.deployment, 'slack', async (claim) => {
    if (settings.kind === 'webhook') return postToWebhook(settings.webhook, content, deadline);
    const { showMessage } = await import('../../shared/notify/slack-message.ts');
    await showMessage(settings, claim, told.deployment, content, deadline);
  });
}
