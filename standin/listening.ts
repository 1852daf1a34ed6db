/** The socket of a server that stands in for another. */
import type { IncomingMessage, Server } from 'node:http';

/**
 * Node's own five seconds are gone while a busy client is elsewhere; the connection it then takes for
 * alive would be cut under its next request.
 */
const keepAliveMs = 60_000;

/** Resolves with the origin it listens at, `http://127.0.0.1:3001`. */
export async function listen(
  server: Server,
  { port, host }: { readonly port: number; readonly host: string },
): Promise<string> {
  server.keepAliveTimeout = keepAliveMs;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  const taken = address && typeof address === 'object' ? address.port : port;
  return `http://${host}:${taken}`;
}

/** Takes no more requests and cuts those under way. */
export async function stopListening(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}

/** Whether a request is from this machine and to it: other names mean that a web page was made to resolve here. */
export function isLoopback({ headers, socket }: IncomingMessage): boolean {
  const name = (headers.host ?? '').replace(/:\d+$/, '');
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  return (
    ['localhost', '127.0.0.1', '[::1]'].includes(name) && ['127.0.0.1', '::1'].includes(address)
  );
}
