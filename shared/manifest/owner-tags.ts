/**
 * The tags that say whose something in AWS is. Stacks carry them, all that is in them, what is made with releases, and the role
 * that a stack is made under; policies compare them (stack/pilots-words.cjs).
 */
export const ownerTags = ({ pilot, environment }: { pilot: string; environment: string }): Record<string, string> => ({
  'pilotage:pilot': pilot,
  'pilotage:environment': environment,
});
