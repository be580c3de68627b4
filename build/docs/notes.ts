/** What a section's table cannot say; shown below it. */
export const NOTES: Record<string, string> = {
  static: `\`cleanUrls\`:

- \`directory\`: \`/about/\` is \`about/index.html\`, and \`/about\` redirects to it.
- \`html\`: \`/about\` is \`about.html\`, and \`/about/\` redirects to it.
- \`off\`: names as they are.

In \`directory\` and \`html\` mode a path without a dot in its last part is a page, so files without an extension
(\`LICENSE\`) need \`cleanUrls: off\`. \`.well-known/\` is served as it is in every mode.

\`immutable\`: files in these folders are kept once for all releases and cached for a year. \`auto\` takes the folders in which
a build tool puts a hash into the names, such as Vite’s \`assets/\` or Next.js’ \`_next/static/\`; pages are never taken.`,
  traffic: `\`normal\` is a million requests a month and 10 a second at the busiest, \`heavy\` 50 million and 500 a second.`,
  source: 'Exactly one of `artifact`, `image` and `git`.',
};
