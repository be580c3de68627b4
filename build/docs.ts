import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonSchema } from '../shared/manifest/json-schema.ts';
import { exampleLines } from './docs/example-lines.ts';
import { referencePage } from './docs/page.ts';

/** What people wrote of the manifest; the schema says the rest. */
const INTRODUCTION = 'build/docs/introduction.md';

/** The code of functions that stand in templates, as text: what writes templates reads no files. */
const CODE = ['file-copier', 'settings-writer'];

/**
 * What is made from the manifest's schema and the examples, by file: the reference
 * for people, the JSON Schema for editors, and the lines that `pilot explain` shows; and what is made from code.
 * @param root the project's folder.
 */
export function generated(root: string): Record<string, string> {
  const read = (file: string) => readFileSync(join(root, file), 'utf8');
  const examples = ['examples/sections/*.yaml', 'examples/*/pilot.yaml'].flatMap((files) =>
    globSync(files, { cwd: root }).sort().map(read),
  );
  return {
    'docs/manifest.md': referencePage(read(INTRODUCTION)),
    'docs/pilot.schema.json': `${JSON.stringify(jsonSchema(), null, 1)}\n`,
    ...Object.fromEntries(
      CODE.map((name) => [
        `templates/parts/${name}.json`,
        `${JSON.stringify({ code: read(`templates/parts/${name}.cjs`) }, null, 2)}\n`,
      ]),
    ),
    'cli/explain/example-lines.json': `${JSON.stringify(exampleLines(examples), null, 2)}\n`,
  };
}

export function writeDocs(root: string): void {
  for (const [file, text] of Object.entries(generated(root))) writeFileSync(join(root, file), text);
}
