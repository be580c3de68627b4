import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonSchema } from '../shared/manifest/json-schema.ts';
import { referencePage } from './docs/page.ts';

/** What people wrote of the manifest; the schema says the rest. */
export const INTRODUCTION = 'build/docs/introduction.md';

/** What is made from the manifest's schema, by file below docs/: the reference for people, the JSON Schema for editors. */
export const generatedDocs = (introduction: string): Record<string, string> => ({
  'manifest.md': referencePage(introduction),
  'pilot.schema.json': `${JSON.stringify(jsonSchema(), null, 1)}\n`,
});

/** @param root the project's folder. */
export function writeDocs(root: string): void {
  const introduction = readFileSync(join(root, INTRODUCTION), 'utf8');
  for (const [name, text] of Object.entries(generatedDocs(introduction))) writeFileSync(join(root, 'docs', name), text);
}
