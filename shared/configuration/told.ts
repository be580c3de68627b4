import type { Resolved } from '../manifest/complete.ts';
import { variableText } from './env-text.ts';
import { settingsFile, settingsPath, USUAL_MOUNT } from './render.ts';

/** What a release is configured with, as people are shown it; no secret is in it, only where each lies. */
export interface Configuration {
  /** `path`: where the pilot finds it; `text`: as it was written there. */
  file?: { name: string; path: string; text: string };
  /** Environment variables. */
  variables: Record<string, string>;
  /** References, as the manifest has them, by name. */
  secrets: Record<string, string>;
  /** The settings themselves. */
  values: Record<string, unknown>;
}

/** The configuration of a release, by its manifest. */
export function configurationOf({ config, secrets = {}, ecs, ec2 }: Resolved): Configuration {
  const values = config?.values ?? {};
  const file = settingsFile(config);
  if (!file) return { variables: textsOf(values), secrets, values };
  const path = settingsPath(ecs?.mount ?? ec2?.mount ?? USUAL_MOUNT, file.name);
  return { file: { ...file, path }, variables: { CONFIG_FILE: path }, secrets, values };
}

const textsOf = (values: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, variableText(value)]));
