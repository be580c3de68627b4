/** A pilot's name: a DNS label, without `--`, which the names made from it use as a mark. */
export const PILOT_NAME = /^(?!.*--)[a-z][a-z0-9-]{0,31}(?<!-)$/;

/** An environment's name: no hyphen, so that `<pilot>-<environment>` can be read in only one way. */
export const ENVIRONMENT_NAME = /^[a-z][a-z0-9]{0,15}$/;

/** The environment that a manifest is for when nothing says otherwise. */
export const DEFAULT_ENVIRONMENT = 'production';

/**
 * What the previews of a pilot share: the layer in `environments`, the folder of their settings and secrets, and the word
 * that a pattern of the operator's `repositories` ends with. Never an environment itself.
 */
export const PREVIEW = 'preview';

/** The name of a pull request's environment, such as `pr12`; no manifest can give it to another one. */
export const PREVIEW_NAME = /^pr[1-9]\d{0,8}$/;

/** Whether an environment is the preview of a pull request. */
export const isPreview = (environment: string): boolean => PREVIEW_NAME.test(environment);

/** The environment of a pull request: its preview. */
export const previewOf = (pullRequest: number): string => `pr${pullRequest}`;

/** Whose settings, secrets and permissions count in an environment: a preview has those of all the pilot's previews. */
export const settingsOf = (environment: string): string => (isPreview(environment) ? PREVIEW : environment);
