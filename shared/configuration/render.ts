import { DEFAULT_SCALAR_STYLE_RULES, dump, SCALAR_STYLE, type ScalarStyleRule } from 'js-yaml';
import { envText } from './env-text.ts';

/** A file of settings as it is delivered with a release. */
export interface SettingsFile {
  /** Without a folder: `settings.json`. */
  name: string;
  text: string;
}

/** The part of a manifest that says it; secrets are no part of it, so that no file ever holds one. */
export interface Settings {
  file?: string;
  values: Record<string, unknown>;
}

/** Bytes that a file of settings may have. */
export const MOST_BYTES = 262_144;

/**
 * The file that a manifest asks for, in the format that its ending says; the same for the same settings, whatever order
 * they were written in.
 * @param settings right by themselves: a manifest that was loaded.
 * @returns undefined where the settings go into no file.
 */
export function settingsFile(settings: Settings | undefined): SettingsFile | undefined {
  if (settings?.file === undefined) return undefined;
  return { name: settings.file, text: fileText(settings.file, settings.values) };
}

export const isEnvFile = (name: string): boolean => name.endsWith('.env');

function fileText(name: string, values: Record<string, unknown>): string {
  const inOrder = sorted(values);
  if (isEnvFile(name)) return envText(inOrder);
  if (name.endsWith('.json')) return `${JSON.stringify(inOrder, null, 2)}\n`;
  return dump(inOrder, { lineWidth: -1, noRefs: true, scalarStyleRules: RULES });
}

/** Readers of YAML 1.1 there are that take `E6` and `.`, which have no digit before them, for numbers. */
const quoteNumberless: ScalarStyleRule = (layout) => {
  const { node, presenterOptions, style } = layout;
  const isText = node.tag === presenterOptions.schema.defaultScalarTag.tagName;
  if (isText && style === SCALAR_STYLE.PLAIN && NUMBERLESS.test(node.value)) layout.style = SCALAR_STYLE.SINGLE_QUOTED;
};
const NUMBERLESS = /^[-+]?[\d_]*(?:\.[\d_]*)?(?:e[-+]?[\d_]+)?$/i;
const RULES = [quoteNumberless, ...Object.values(DEFAULT_SCALAR_STYLE_RULES)];

/** Keys by their UTF-16 units, however deep they lie. */
const sorted = (values: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(values)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => [key, sortedValue(value)]),
  );

function sortedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedValue);
  return typeof value === 'object' && value !== null ? sorted(value as Record<string, unknown>) : value;
}

/** Where volumes are mounted, and settings are found, unless the manifest says otherwise. */
export const USUAL_MOUNT = '/mnt/efs';
/** Where the file lies for the pilot. */
export const settingsPath = (mount: string, name: string): string => `${mount}/${FOLDER}/${name}`;
/** The folder of the volume that a release finds its own settings in. */
export const FOLDER = 'config';
