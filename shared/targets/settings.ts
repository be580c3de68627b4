import { createHash } from 'node:crypto';
import { type Settings, settingsFile } from '../configuration/render.ts';

/** What a plan keeps of the file of settings that comes with its release: what is in it, the manifest says. */
export interface PlannedFile {
  name: string;
  sha256: string;
}

/** Undefined where the manifest asks for no file. */
export function plannedFile(settings: Settings | undefined): PlannedFile | undefined {
  const file = settingsFile(settings);
  return file && { name: file.name, sha256: sha256Of(file.text) };
}

export const sha256Of = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');
