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

Storage never shrinks. What RDS let grow by itself stays as large: \`storage\` is what the database began with, and may stay in the
manifest as it was, since RDS is told of it only where it is another number than before. A number that is new is compared with what the database
really has: less is refused (\`STORAGE_SHRINKS\`), and so is less than 10 % more (\`STORAGE_GROWS_TOO_LITTLE\`), or a \`maxStorage\` that is
new and below that (\`STORAGE_LIMIT_TOO_LOW\`). \`pilot plan --live\` says how large it is where RDS let it grow.

Engine, name and user of a database cannot be changed: another one is another, empty database. Such a change, or taking the
section away, is refused unless \`replace\` is true and \`deletionProtection: false\` was deployed before; to take it away,
\`replace: true\` has to be deployed before as well. A last snapshot is left, and its logs, which a database that comes back goes on with.`,
  edge: `With \`vpc-origin\` CloudFront reaches the load balancer inside the network, where its group lets in AWS’s own list, as with
\`managed-prefix-list\`. In the other modes the load balancer stands in public, with one port open to CloudFront alone; so do those of Elastic
Beanstalk in each mode, for which \`vpc-origin\` means \`managed-prefix-list\`. A load balancer that serves is not moved from inside the
network into public, or back: such a change is refused (\`STILL_USED\`), and \`pilot plan --live\` says so. Where \`mode\` or \`service\` is not written, the
[operator’s file](#the-operators-file) may say what is usual; the next deployment goes by that, and \`pilot plan --live\` shows it.

\`service\` counts in the modes \`prefix-list\` and \`rules\` alone, since AWS’s own list holds what reaches an origin; there it may be any that
AWS’s published list names. \`CLOUDFRONT\`, \`CLOUDFRONT_ORIGIN_FACING\`, \`GLOBALACCELERATOR\`, \`ROUTE53\` and the \`ROUTE53_HEALTHCHECKS…\`
speak from everywhere: all of their ranges count. Of all others those count that the list has for the pilot’s region, or for none (\`GLOBAL\`). One that the
list does not have is refused (\`EDGE_SERVICE\`) before anything is changed, and so is another than CloudFront’s where AWS’s own list
counts. A service that CloudFront’s addresses are not among keeps out the CDN: \`pilot plan\` warns. What each mode takes of the rules that a security group
may have, 60 for each of IPv4 and IPv6 unless the account’s quota says otherwise:

| mode                                | counts as                                                                                                 | when AWS publishes new ranges                              |
| ----------------------------------- | --------------------------------------------------------------------------------------------------------- | ---------------------------------------------------------- |
| \`vpc-origin\`, \`managed-prefix-list\` | 55 of IPv4, however many there are                                                                        | AWS changes its list                                       |
| \`prefix-list\`                       | the size of the list: a fifth more than there are ranges, if the quota has it                             | Pilotage changes its list, once for all pilots             |
| \`rules\`                             | one for each range (46 of \`CLOUDFRONT_ORIGIN_FACING\` in 2026, 211 of \`CLOUDFRONT\`), in two or five groups | Pilotage changes each pilot’s groups: adds, looks, removes |

\`prefix-list\` and \`rules\` follow [the list that AWS publishes](https://docs.aws.amazon.com/vpc/latest/userguide/aws-ip-ranges.html):
within minutes of its announcement, with each deployment, and once a day, when rules that somebody changed are put right. Ranges that touch
are joined. Pilotage removes only rules of its own, which are described as \`Pilotage: CLOUDFRONT_ORIGIN_FACING\`, and nothing at all before
what takes its place is there: if old and new together do not fit into the quota, no rule is changed (\`EDGE_QUOTA\`). A list that is
malformed or changes too much (less than half of the addresses that were known, or more than twice as many) is told and not used until somebody
accepts it. Where EC2 throttles, a deployment waits for up to half an hour.

Whether the groups of \`rules\` can take in all ranges is looked at before the stack is changed: a deployment that first asks for the mode,
or for another service, port or family, waits for up to half an hour for a list that cannot be read, and is refused (\`EDGE_QUOTA\`) where
the ranges do not fit in beside what stays, with the quota that they need. On Elastic Beanstalk that is so for going from \`CLOUDFRONT\`
to \`CLOUDFRONT_ORIGIN_FACING\` with the usual quota: its one old group is full. A rollback is never kept waiting or refused: it warns, and what
is missing is tried again.

A pilot that serves and changes its mode is out of CloudFront’s reach from the moment when its stack takes away what was open until the
stack’s update is over and Provision has filled the groups: seconds as a rule, and longer where the same deployment changes
something slow, so change the mode alone. Nothing else of the deployment happens before they are filled. On Elastic Beanstalk with
\`service: CLOUDFRONT\` it takes until the new environment has taken over. Rules in groups that are not used any more are removed; where that fails
the deployment warns (\`EDGE_LEFT\`), and it is tried again. Lists, groups and the quota are those of the account and the region that Pilotage is installed in.`,
  migrations: `Each release runs \`command\`, also one that changes only code; what is done already may not hurt. \`version\` is what the database’s
schema is called after that, in the words of the tool that migrates: Alembic’s revision, Flyway’s version, the number of the last file. Two
releases with one schema say the same version.

A rollback, and a rollout that failed, run the command under \`reversible\` only of a release that has surely changed something: the
migration before it left another version, and no release before had brought its own. What a release found there is
left to the one that brought it, and goes with that one; whoever needs it then migrates anew when it is deployed again. Where nobody can
tell (no \`version\`, in this release or the one before it; the first migration of all; one that failed with the same version), nothing is taken
back, and so is nothing that was migrated before; the deployment says so. That is always safe: what the traffic goes back to
has served with the newer schema before. So a way back that is to be used needs versions in all releases, also in those with \`reversible: true\`.

How a migration ended is told with the last lines that it wrote: in the deployment, in notifications, by \`pilot migrate\`. Pilotage
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
