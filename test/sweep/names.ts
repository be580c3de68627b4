/** What the stack would call things, in the one account that there is here. */
export const ACCOUNT = '123456789012';
export const REGION = 'us-east-1';
export const MANIFESTS = 'manifests';
export const SITES = 'sites';
/** The environment of the one pull request that there is. */
export const PREVIEW = 'pr12';
export const BUS = 'pilotage';
const machine = (which: string) => `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:pilotage-${which}`;
export const DEPLOY = machine('deploy');
export const REMOVE = machine('remove');
export const ROLLBACK = machine('rollback');
export const EDGE = machine('edge-sync');

/** What the stack gives to functions, and what Lambda itself sets. */
export const ENVIRONMENT = {
  AWS_REGION: REGION,
  AWS_ACCESS_KEY_ID: 'sweep',
  AWS_SECRET_ACCESS_KEY: 'sweep',
  TABLE: 'pilotage',
  ACCOUNT,
  BUS,
  MANIFESTS_BUCKET: MANIFESTS,
  SITE_BUCKET: SITES,
  SITE_URL: 'https://*.pilots.example.com',
  KVS_ARN: `arn:aws:cloudfront::${ACCOUNT}:key-value-store/0f0f0f0f-1111-2222-3333-444444444444`,
  TOPIC: `arn:aws:sns:${REGION}:${ACCOUNT}:pilotage-deployments`,
  DEPLOY_MACHINE: DEPLOY,
  REMOVE_MACHINE: REMOVE,
  ROLLBACK_MACHINE: ROLLBACK,
  EDGE_MACHINE: EDGE,
  INSTALLATION: 'pilotage',
  PROVISION_PATH: '/pilotage/',
  PROVISION_BOUNDARY: `arn:aws:iam::${ACCOUNT}:policy/pilotage-provision-boundary`,
  PROVISION_POLICIES: `arn:aws:iam::${ACCOUNT}:policy/pilotage-network,arn:aws:iam::${ACCOUNT}:policy/pilotage-rest`,
  PILOT_BOUNDARY: `arn:aws:iam::${ACCOUNT}:policy/pilotage-pilots`,
  OPERATIONS_BOUNDARY: `arn:aws:iam::${ACCOUNT}:policy/pilotage-operations`,
  CLOUDFRONT_PREFIX_LIST: 'pl-0a1b2c3d',
  BUILD_PROJECT: 'pilotage-builds',
  BUILD_PATH: '/pilotage/builds/',
  BUILD_POLICY: `arn:aws:iam::${ACCOUNT}:policy/pilotage-builds`,
  BUILD_FLEET: '',
  LOG_LEVEL: 'silent',
};
