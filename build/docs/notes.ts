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
  database: `A pilot learns of its own database by environment variables: \`DATABASE_ENGINE\`, \`DATABASE_HOST\`, \`DATABASE_PORT\`,
\`DATABASE_NAME\`, \`DATABASE_USER\`, \`DATABASE_PASSWORD\`, \`DATABASE_SECRET\`, and with replicas \`DATABASE_READ_HOSTS\`, with commas between.
No manifest may set them. \`DATABASE_SECRET\` is the ARN of the secret that holds the password, under the key \`password\` where RDS made
it; the pilot’s role may read that one. A function reads all its secrets itself: it has \`DATABASE_PASSWORD_FROM\`, as for those under
\`secrets\`. With \`url\` there is \`DATABASE_URL\` alone.

RDS rotates a password that it made every seven days. Connections that are open stay open; a new one with the old password is
refused. So read the secret again, as here for every connection that a pool opens:

\`\`\`js
const secrets = new SecretsManagerClient();
const password = async () => {
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: process.env.DATABASE_SECRET }));
  return JSON.parse(SecretString).password;
};
const pool = new pg.Pool({
  host: process.env.DATABASE_HOST,
  port: Number(process.env.DATABASE_PORT),
  database: process.env.DATABASE_NAME,
  user: process.env.DATABASE_USER,
  password,
  ssl: { ca: readFileSync('global-bundle.pem', 'utf8') },
});
\`\`\`

The database takes encrypted connections alone, unless \`parameters\` says \`rds.force_ssl: "0"\` or \`require_secure_transport: "0"\`; its
certificate is signed by [AWS’s own authorities](https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html). It stands in
subnets of its own, or the private ones of the operator’s network, where the pilot alone reaches it, is encrypted, and grows up to \`maxStorage\`.

Engine, name and user of a database cannot be changed: another one is another, empty database. Such a change, or taking the
section away, is refused unless \`replace\` is true and \`deletionProtection: false\` was deployed before; to take it away,
\`replace: true\` has to be deployed before as well. A last snapshot is left.`,
  source: 'Exactly one of `artifact`, `image` and `git`.',
};
