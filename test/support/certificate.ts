import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** https://datatracker.ietf.org/doc/html/rfc5280#section-4.1 */
const der = (tag: number, ...parts: Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
};
const sequence = (...parts: Buffer[]) => der(0x30, ...parts);
const number = (value: number) => der(0x02, Buffer.from([value]));
const time = (at: Date) => der(0x18, Buffer.from(`${at.toISOString().replace(/\D/g, '').slice(0, 14)}Z`));
const SHA256_WITH_RSA = sequence(
  der(0x06, Buffer.from([0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b])),
  der(0x05),
);
const named = (name: string) =>
  sequence(der(0x31, sequence(der(0x06, Buffer.from([0x55, 0x04, 0x03])), der(0x0c, Buffer.from(name)))));
const forNames = (names: string[]) =>
  der(
    0xa3,
    sequence(
      sequence(
        der(0x06, Buffer.from([0x55, 0x1d, 0x11])),
        der(0x04, sequence(...names.map((name) => der(0x82, Buffer.from(name))))),
      ),
    ),
  );

export interface Certified {
  key: KeyObject;
  pem: string;
}

/** A key of RSA, and a certificate of that name that was signed with it. */
export function certify(name: string, from: Date, to: Date): Certified {
  const { privateKey: key, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const content = sequence(
    der(0xa0, number(2)),
    number(1),
    SHA256_WITH_RSA,
    named(name),
    sequence(time(from), time(to)),
    named(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    forNames([name]),
  );
  const signature = der(0x03, Buffer.from([0]), sign('RSA-SHA256', content, key));
  const text = sequence(content, SHA256_WITH_RSA, signature).toString('base64').replace(/.{64}/g, '$&\n');
  return { key, pem: `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n` };
}
