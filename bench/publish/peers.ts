import { spawnSync } from 'node:child_process';

/**
 * Tools that copy a folder to S3, as one would use them for a site: the zip is
 * unpacked first, and what is gone from it stays (older pages still need it).
 * They publish in place: viewers see a mix of old and new while they run.
 */
export interface Peer {
  name: string;
  /** A shell command that publishes the folder `$SITE` to `$BUCKET` at `$HOST`. */
  publish: string;
}

const peers: Peer[] = [
  {
    name: 'rclone copy',
    publish: `env -u AWS_CA_BUNDLE rclone copy "$SITE" "site:$BUCKET" --config /dev/null --checksum --fast-list --transfers 32 \
      --checkers 64 --no-update-modtime --s3-no-check-bucket --s3-disable-checksum --s3-no-head --retries 1`,
  },
  {
    name: 's3cmd sync',
    publish: `s3cmd sync "$SITE/" "s3://$BUCKET/" --config /dev/null --no-ssl --host "$HOST" \
      --host-bucket "$HOST/%(bucket)s" --no-preserve --no-mime-magic --quiet --access_key a --secret_key b`,
  },
];

/** Those that are installed. */
export const peersHere = (): Peer[] =>
  peers.filter(({ name }) => spawnSync('which', [name.split(' ')[0] ?? '']).status === 0);

export const peerEnv = (url: string, site: string, bucket: string, zip: string): Record<string, string> => ({
  SITE: site,
  BUCKET: bucket,
  ZIP: zip,
  HOST: new URL(url).host,
  RCLONE_CONFIG_SITE_TYPE: 's3',
  RCLONE_CONFIG_SITE_PROVIDER: 'Other',
  RCLONE_CONFIG_SITE_ENDPOINT: url,
  RCLONE_CONFIG_SITE_ACCESS_KEY_ID: 'a',
  RCLONE_CONFIG_SITE_SECRET_ACCESS_KEY: 'b',
});
