import { Command } from 'commander';
import type { Cli } from '../cli.ts';

export const schemaCommand = (cli: Cli): Command =>
  new Command('schema')
    .description('Print the manifest’s JSON Schema, by which editors complete and check it.')
    .addHelpText(
      'after',
      `
Examples:
  pilot schema > pilot.schema.json
  and as the manifest's first line:  # yaml-language-server: $schema=pilot.schema.json

Exit codes: 0 printed · 2 usage`,
    )
    .action((_, command: Command) =>
      cli.run(command, async () => {
        const { jsonSchema } = await import('../../shared/manifest/json-schema.ts');
        const schema = jsonSchema();
        return { exit: 0, json: { schema }, text: JSON.stringify(schema, null, 1) };
      }),
    );
