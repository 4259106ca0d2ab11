/**
 * Serves WebSockets by the ways of `SERVERS` that its argument names, until a client has
 * left without a word. Ends with status 1 if it is alive 5 s after its server has ended.
 *
 * @module
 */
import { SERVERS, shakeHands } from "./support.ts";

const [, start] = SERVERS.find(([name]) => name === Deno.args[0])!;
const left = Promise.withResolvers<void>();
{
  await using server = await start(async (peer) => {
    await peer.closed;
    left.resolve();
  }, {});
  const { status, conn } = await shakeHands(server.port);
  if (status !== 101) throw new Error(`Refused with ${status}`);
  conn.close();
  await left.promise;
}
Deno.unrefTimer(setTimeout(() => Deno.exit(1), 5000));
