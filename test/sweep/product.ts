import type { Handlers } from './functions.ts';

/**
 * What functions load only when they need it. In a run that would take real time, during which virtual time goes on.
 */
async function loadAll(): Promise<void> {
  await Promise.all([
    import('../../shared/targets/static/static.ts'),
    import('../../shared/targets/ecs/ecs.ts'),
    import('../../shared/targets/lambda/lambda.ts'),
    import('../../shared/targets/ec2/ec2.ts'),
    import('../../shared/aws/parameter-store.ts'),
    import('../../shared/targets/beanstalk/beanstalk.ts'),
    import('../../shared/provisioning/provision.ts'),
    import('../../shared/provisioning/outputs.ts'),
    import('../../shared/provisioning/parameters.ts'),
    import('../../shared/provisioning/service-role.ts'),
    import('../../shared/provisioning/wanted.ts'),
    import('../../shared/aws/roles.ts'),
    import('../../shared/aws/databases.ts'),
    import('../../shared/aws/database-restores.ts'),
    import('../../shared/provisioning/in-place.ts'),
    import('../../shared/provisioning/restored.ts'),
    import('../../shared/provisioning/edge-lists.ts'),
    import('../../shared/edge-sync/deploying.ts'),
    import('../../shared/edge-sync/subject.ts'),
    import('../../shared/edge-sync/start.ts'),
    import('../../shared/planning/upload.ts'),
    import('../../shared/planning/from-repository.ts'),
    import('../../shared/building/key.ts'),
    import('../../shared/building/run.ts'),
    import('../../shared/building/stop.ts'),
    import('../../shared/git/answers.ts'),
    import('../../shared/git/connected.ts'),
    import('../../shared/git/webhooks/index.ts'),
    import('../../shared/git/webhooks/repository.ts'),
    import('../../shared/aws/secret-versions.ts'),
    import('../../shared/aws/bus.ts'),
    import('../../shared/planning/removal.ts'),
    import('../../shared/planning/preview-place.ts'),
    import('../../shared/answers/remove.ts'),
    import('../../shared/telling.ts'),
  ]);
}

/**
 * The functions as they are deployed, by their names in stack/functions.yml; those that take part in deployments, those that
 * read pushes, and those that keep what lets CloudFront in.
 */
export async function productHandlers(): Promise<Handlers> {
  await loadAll();
  const modules = {
    'deploy-validate': await import('../../functions/deploy/validate.ts'),
    'deploy-queue': await import('../../functions/deploy/queue.ts'),
    'deploy-build': await import('../../functions/deploy/build.ts'),
    'deploy-provision': await import('../../functions/deploy/provision.ts'),
    'deploy-configure': await import('../../functions/deploy/configure.ts'),
    'deploy-migrate': await import('../../functions/deploy/migrate.ts'),
    'deploy-sync-edge': await import('../../functions/deploy/sync-edge.ts'),
    'deploy-prepare': await import('../../functions/deploy/prepare.ts'),
    'deploy-verify': await import('../../functions/deploy/verify.ts'),
    'deploy-shift': await import('../../functions/deploy/shift.ts'),
    'deploy-finish': await import('../../functions/deploy/finish.ts'),
    'deploy-rollback': await import('../../functions/deploy/rollback.ts'),
    'deploy-revert': await import('../../functions/deploy/revert.ts'),
    'deploy-withdraw': await import('../../functions/deploy/withdraw.ts'),
    'deploy-remove-stack': await import('../../functions/deploy/remove-stack.ts'),
    'deploy-forget': await import('../../functions/deploy/forget.ts'),
    'deploy-unlock': await import('../../functions/deploy/unlock.ts'),
    'entrances-upload': await import('../../functions/entrances/upload.ts'),
    'entrances-webhook': await import('../../functions/entrances/webhook.ts'),
    'entrances-start': await import('../../functions/entrances/start.ts'),
    'git-read-push': await import('../../functions/git/read-push.ts'),
    'git-poll': await import('../../functions/git/poll.ts'),
    'parking-wake': await import('../../functions/parking/wake.ts'),
    'parking-ended': await import('../../functions/parking/ended.ts'),
    'parking-changed': await import('../../functions/parking/changed.ts'),
    'parking-watchdog': await import('../../functions/parking/watchdog.ts'),
    'backups-protect': await import('../../functions/backups/protect.ts'),
    'notify-topic': await import('../../functions/notify/topic.ts'),
    'notify-commits': await import('../../functions/notify/commits.ts'),
    'edge-sync-read-ranges': await import('../../functions/edge-sync/read-ranges.ts'),
    'edge-sync-sync-pilot': await import('../../functions/edge-sync/sync-pilot.ts'),
    'edge-sync-summarize': await import('../../functions/edge-sync/summarize.ts'),
    'api-follow': await import('../../functions/api/follow.ts'),
    'api-api': await import('../../functions/api/api.ts'),
  };
  return Object.fromEntries(Object.entries(modules).map(([name, { handler }]) => [name, handler as Handlers[string]]));
}

/** The function of each state, as stack/machines.yml connects them. */
export const functionOf = (state: string): string =>
  `deploy-${state.replace(/(?<=.)[A-Z]/g, (letter) => `-${letter}`).toLowerCase()}`;
