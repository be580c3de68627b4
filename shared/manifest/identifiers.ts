/** A pilot's name: a DNS label, without `--`, which the names made from it use as a mark. */
export const PILOT_NAME = /^(?!.*--)[a-z][a-z0-9-]{0,31}(?<!-)$/;

/** An environment's name: no hyphen, so that `<pilot>-<environment>` can be read in only one way. */
export const ENVIRONMENT_NAME = /^[a-z][a-z0-9]{0,15}$/;

/** The environment that a manifest is for when nothing says otherwise. */
export const DEFAULT_ENVIRONMENT = 'production';
