/** The smallest manifest there is, and what a test adds to it. */
export const manifestOf = (pilot: string, more = '') =>
  `apiVersion: pilotage/v1\nname: ${pilot}\ntarget: static\nsource: { artifact: site.zip }\n${more}`;
