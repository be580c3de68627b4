import { connect } from 'node:net';

const PATIENCE_MS = 3_000;
/** https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-SSLREQUEST */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

/**
 * Whether what is there speaks as a database does, by its first words: PostgreSQL answers `S` or `N` when it is asked for
 * TLS, MySQL and MariaDB speak first.
 * @returns `unreachable` where nothing answers: databases stand in networks that nothing leads into.
 * @see https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_handshake_v10.html
 */
export function firstWords(
  { host, port }: { host: string; port: number },
  engine: string,
): Promise<'right' | 'wrong' | 'unreachable'> {
  const isPostgres = engine.startsWith('postgres');
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (answer: 'right' | 'wrong' | 'unreachable') => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(PATIENCE_MS, () => end('unreachable'));
    socket.once('error', () => end('unreachable'));
    socket.once('connect', () => isPostgres && socket.write(SSL_REQUEST));
    socket.once('data', (said) => {
      const isRight = isPostgres ? /^[SN]/.test(said.toString('latin1')) : said[4] === 0x0a;
      end(isRight ? 'right' : 'wrong');
    });
    socket.once('close', () => end('unreachable'));
  });
}
