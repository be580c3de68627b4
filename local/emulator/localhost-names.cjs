/**
 * Loaded into functions by NODE_OPTIONS: names that end in `.localhost` are
 * loopback, as RFC 6761 (6.3) has it and many resolvers do not know. The SDK puts
 * the account's number before the host of the key value store's endpoint.
 */
const dns = require('node:dns');
const { lookup } = dns;

dns.lookup = (name, options, callback) => lookup(/\.localhost$/i.test(name) ? '127.0.0.1' : name, options, callback);
