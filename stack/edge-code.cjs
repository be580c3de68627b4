const { readFileSync } = require('node:fs');
const { join } = require('node:path');

/** The first line of the CloudFront Function is the one thing that differs between installations. */
const FIRST_LINE = "const SITE_DOMAIN = 'localhost';\n";

exports.viewerRequest = () => {
  const code = readFileSync(join(__dirname, '..', 'edge', 'viewer-request.js'), 'utf8');
  if (!code.startsWith(FIRST_LINE)) throw new Error(`edge/viewer-request.js does not begin with ${FIRST_LINE}`);
  return { 'Fn::Join': ['', ["const SITE_DOMAIN = '", { Ref: 'SiteDomain' }, "';\n", code.slice(FIRST_LINE.length)]] };
};
