import * as z from 'zod/mini';
import { ARTIFACT_EXPECTED, isArtifact } from './artifact.ts';
import { duration } from './duration.ts';
import { sections } from './sections/index.ts';

const NAME = 'a to z, digits and single hyphens, at most 32, beginning with a letter, not ending with a hyphen';
const OWNER = 'one line of text, at most 128 characters';
const COMMIT = 'a commit of 7 to 64 hex digits';
const STEPS = 'rising weights from 1 to 100, the last one 100, at most 10';
const TARGETS = Object.keys(sections) as (keyof typeof sections)[];

const whole = (from: number, to: number) => {
  const expected = `a whole number from ${from} to ${to}`;
  return z
    .int(expected)
    .check(z.gte(from, { error: expected, abort: true }), z.lte(to, { error: expected, abort: true }));
};

const source = z.strictObject(
  {
    /** The zip to deploy: beside the manifest, or anywhere in S3. Read by `parseArtifact`. */
    artifact: z.string(ARTIFACT_EXPECTED).check(z.refine(isArtifact, ARTIFACT_EXPECTED)),
    commit: z.exactOptional(z.string(COMMIT).check(z.regex(/^[0-9a-f]{7,64}$/i, COMMIT))),
  },
  'a section with artifact',
);

const rollout = z.strictObject(
  {
    /** Percent of the traffic that the new release gets, step by step. */
    steps: z._default(
      z.array(whole(1, 100), STEPS).check(
        z.maxLength(10, STEPS),
        z.refine(
          (steps) => steps.at(-1) === 100 && steps.every((step, i) => i === 0 || step > (steps[i - 1] ?? 0)),
          STEPS,
        ),
      ),
      [100],
    ),
    /** How long each step is watched before the next; in seconds. */
    bake: z.prefault(duration(), '0s'),
  },
  'a section with steps or bake',
);

/** A release is purged when it is beyond the count and older than the days. */
const retention = z.strictObject(
  {
    /** Releases that are kept besides the live one. */
    releases: z._default(whole(1, 50), 5),
    /** A release younger than this is kept in any case. */
    days: z._default(whole(1, 365), 30),
  },
  'a section with releases or days',
);

const notifications = z.strictObject(
  {
    level: z._default(z.enum(['all', 'failures'], 'all or failures'), 'all'),
  },
  'a section with level',
);

/**
 * `pilot.yaml`, version 1. Each message says what is expected: `explain` makes
 * the rest of a problem from where it stands.
 */
export const manifestSchema = z.strictObject(
  {
    apiVersion: z.literal('pilotage/v1', 'pilotage/v1'),
    /** A DNS label. */
    name: z.string(NAME).check(z.regex(/^(?!.*--)[a-z][a-z0-9-]{0,31}(?<!-)$/, NAME)),
    target: z.enum(TARGETS, TARGETS.join(', ')),
    owner: z.exactOptional(z.string(OWNER).check(z.regex(/^[^\p{Cc}]{1,128}$/u, OWNER))),
    source,
    static: z.prefault(sections.static, {}),
    rollout: z.prefault(rollout, {}),
    retention: z.prefault(retention, {}),
    notifications: z.prefault(notifications, {}),
  },
  'a section with apiVersion, name, target and source',
);

/** A complete manifest: every default filled in, durations in seconds. */
export type Manifest = z.output<typeof manifestSchema>;
