import { Command } from 'commander';
import { PROVIDERS } from '../../shared/git/told.ts';
import type { Cli } from '../cli.ts';
import { connectListCommand } from '../connect/list.ts';
import { connectProviderCommand } from '../connect/provider.ts';
import { connectRemoveCommand } from '../connect/remove.ts';
import { connectRotateCommand } from '../connect/rotate.ts';
import { connectTestCommand } from '../connect/test.ts';

export const connectCommand = (cli: Cli): Command => {
  const command = new Command('connect')
    .description('Connect a git repository, so that its pushes deploy; test, list and remove such connections.')
    .helpCommand(false)
    .addHelpText(
      'after',
      `
Examples:
  pilot connect github acme/shop --pilot acme-shop
  pilot connect gitlab acme/web/shop --pilot acme-shop=apps/shop/pilot.yaml --perform
  pilot connect bitbucket acme/shop --pilot acme-shop --pilot acme-wiki=wiki/pilot.yaml
  pilot connect bitbucket-server WEB/shop --host git.example.com --pilot acme-shop
  pilot connect test acme/shop
  pilot connect list

Exit codes: those of the commands`,
    );
  for (const provider of PROVIDERS) command.addCommand(connectProviderCommand(cli, provider));
  for (const other of [connectListCommand, connectTestCommand, connectRotateCommand, connectRemoveCommand])
    command.addCommand(other(cli));
  command.on('command:*', ([named]: string[]) =>
    command.error(
      `error: '${named}' is no provider and no command: expected ${PROVIDERS.join(', ')}; or list, test, rotate, remove`,
    ),
  );
  return command;
};
