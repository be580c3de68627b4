import { ECSClient, RegisterTaskDefinitionCommand, RunTaskCommand } from '@aws-sdk/client-ecs';
import { clientOf, runningEmulator } from '../emulator/running.ts';

/** @returns the tasks that the same request, sent twice, is answered with. */
async function askedTwice(patches: string[] | undefined): Promise<string[]> {
  const { emulator, end } = await runningEmulator(patches && { patches });
  try {
    const ecs = new ECSClient(clientOf(emulator));
    await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'once',
        containerDefinitions: [{ name: 'app', image: 'acme/shop:1' }],
      }),
    );
    const ask = async () => {
      const { tasks } = await ecs.send(new RunTaskCommand({ taskDefinition: 'once', clientToken: 'a-token' }));
      return tasks?.[0]?.taskArn ?? '';
    };
    return [await ask(), await ask()];
  } finally {
    await end();
  }
}

describe('a task that is asked for twice with the same token', () => {
  it('is one task', async () => {
    expect(new Set(await askedTwice(undefined)).size).toBe(1);
  }, 60_000);

  it('is two without ecs_run_once', async () => {
    expect(new Set(await askedTwice([])).size).toBe(2);
  }, 60_000);
});
