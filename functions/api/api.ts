import { readQuestion } from '../../shared/answers/request.ts';
import type { ApiAction, ApiAnswer, ApiRequest } from '../../shared/api.ts';

/** Answers the CLI and the console. What is wrong with a question is an answer too; thrown is what nobody expects. */
export async function handler(event: ApiRequest): Promise<ApiAnswer<ApiAction>> {
  const question = readQuestion(event);
  if ('refused' in question) return question.refused;
  const { asked } = question;
  switch (asked.action) {
    case 'status':
      return (await import('../../shared/answers/status.ts')).status(asked);
    case 'history':
      return (await import('../../shared/answers/history.ts')).history(asked);
    case 'deployment':
      return (await import('../../shared/answers/history.ts')).deployment(asked);
    case 'rollback':
      return (await import('../../shared/answers/rollback.ts')).rollback(asked);
    case 'offline':
      return (await import('../../shared/answers/offline.ts')).offline(asked);
    case 'online':
      return (await import('../../shared/answers/offline.ts')).online(asked);
    case 'remove':
      return (await import('../../shared/answers/remove.ts')).remove(asked);
    case 'cancel':
      return (await import('../../shared/answers/cancel.ts')).cancel(asked);
    case 'retry':
      return (await import('../../shared/answers/retry.ts')).retry(asked);
    case 'logs':
      return (await import('../../shared/answers/logs.ts')).logs(asked);
    case 'shell':
      return (await import('../../shared/answers/shell.ts')).shell(asked);
    case 'run':
      return (await import('../../shared/answers/run.ts')).run(asked);
    case 'ran':
      return (await import('../../shared/answers/run.ts')).ran(asked);
    case 'migrations':
      return (await import('../../shared/answers/migrations.ts')).migrations(asked);
    case 'settle':
      return (await import('../../shared/answers/migrations.ts')).settle(asked);
    case 'backups':
      return (await import('../../shared/answers/backups.ts')).backups(asked);
    case 'backup':
      return (await import('../../shared/answers/backups.ts')).backup(asked);
    case 'drill':
      return (await import('../../shared/answers/restores.ts')).drill(asked);
    case 'restorable':
      return (await import('../../shared/answers/restores.ts')).restorable(asked);
    case 'restore':
      return (await import('../../shared/answers/restores.ts')).restore(asked);
    case 'rewind':
      return (await import('../../shared/answers/rewind.ts')).rewind(asked);
    case 'edge':
      return (await import('../../shared/answers/edge.ts')).edge(asked);
    case 'edge-sync':
      return (await import('../../shared/answers/edge.ts')).edgeSync(asked);
    case 'edge-synced':
      return (await import('../../shared/answers/edge.ts')).edgeSynced(asked);
    case 'connections':
      return (await import('../../shared/answers/connections.ts')).connections();
    case 'connection':
      return (await import('../../shared/answers/connections.ts')).connection(asked);
    case 'connect':
      return (await import('../../shared/answers/connections.ts')).connect(asked);
    case 'disconnect':
      return (await import('../../shared/answers/connections.ts')).disconnect(asked);
    case 'pushes':
      return (await import('../../shared/answers/pushes.ts')).pushes(asked);
    case 'previews':
      return (await import('../../shared/answers/previews.ts')).previews();
    case 'live':
      return (await import('../../shared/answers/live.ts')).live(asked);
    case 'config':
      return (await import('../../shared/answers/config.ts')).config(asked);
    case 'check':
      return (await import('../../shared/answers/check.ts')).check(asked);
  }
}
