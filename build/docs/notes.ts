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
No manifest may set them, nor option settings of \`beanstalk.options\`. \`DATABASE_SECRET\` is the ARN of the secret that holds the password, under the key \`password\` where RDS made
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
\`replace: true\` has to be deployed before as well. A last snapshot is left, and its logs, which a database that comes back goes on with.`,
  migrations: `How a migration ended is told with the last lines that it wrote: in the deployment, in notifications, by \`pilot migrate\`. Pilotage
does not know the values of secrets, so it leaves out of these lines what looks like a credential, or as if it was drawn by
lot: letters and digits in no order, or many signs. A password that is made of words alone looks like any other word: a
migration that prints one tells it to all who hear of the deployment. All lines, as they are, stand in the pilot’s own log
(\`pilot logs NAME\`).`,
  backups: `Automatic backups of RDS bring a database back to any moment of the last \`days\` days, into another database. What \`at\` adds
are snapshots that Pilotage keeps, tells of and tries out, and copies of the files on the volume.

\`pilot restore NAME --snapshot ID\` shows what going back to a snapshot would lose. With \`--confirm NAME\` it is restored into a
database beside the present one, which the pilot goes on with: nothing is lost by that. Once it is there,
\`pilot backups NAME\` tells where it is, where its password lies, and each command to type:

1. What is needed is saved from the restored database, from within the pilot’s network: \`pilot exec NAME\` leads there,
   where the image or instance has the engine’s own tools (\`pg_dump\`, \`mysqldump\`, \`mariadb-dump\`).
2. \`pilot offline NAME\`, if nothing is to be written meanwhile; it is loaded into the present database; \`pilot online NAME\`.
3. The restored database is removed. Until then it costs what such a database costs.

It does not take the place of the pilot’s own by \`database.url\`: RDS changes its password every seven days, and without its section
the pilot’s own database would leave the stack.

A backup that cannot be made is told, and tried again. An account has a quota for snapshots, of 100 as a rule, and all pilots share
it: a backup every hour, kept for \`days: 4\`, uses all of it.

Copies of files are in the bucket that \`pilot backups\` names, below \`files/\`, as they were when they were copied last; older versions of
an object are what a file was before. \`aws s3 cp\` brings one back.`,
  source: 'Exactly one of `artifact`, `image` and `git`.',
};
