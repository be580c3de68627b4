const { readFileSync } = require('node:fs');
const { join } = require('node:path');

/** The one line of the CloudFront Function that differs between installations. */
const LINE = "const SITE_DOMAIN = 'localhost';\n";

exports.viewerRequest = () => {
  const code = readFileSync(join(__dirname, '..', 'edge', 'viewer-request.js'), 'utf8');
  const [before, after, ...more] = code.split(LINE);
  if (after === undefined || more.length > 0) throw new Error(`edge/viewer-request.js does not say once: ${LINE}`);
  return { 'Fn::Join': ['', [before, "const SITE_DOMAIN = '", { Ref: 'SiteDomain' }, "';\n", after]] };
};
