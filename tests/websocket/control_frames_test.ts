/** Clients that send frames which are no messages, or a message in too many frames. */
import { assert, assertEquals } from "@std/assert";
import { concat } from "@std/bytes";
import { connect } from "../../endpoints/websocket.ts";
import type { RpcError } from "../../mod.ts";
import { testWith } from "../support/permissions.ts";
import { clientFrame, SERVERS, shakeHands } from "./support.ts";

const CONTINUATION = 0, BINARY = 2, PING = 9;
const FINAL = 0x80;
const MIB = 1024 * 1024;
const OURS = { "Sec-WebSocket-Protocol": "fizyr-rpc" };
/** The hello of a client: a window of 1 MiB, and no signs of life. */
const HELLO = Uint8Array.of(0, 0, 0, 16, 0, 0, 0, 0, 0);
/** More than sockets hold, in bytes. */
const MOST = 128 * MIB;

/** Writes the same bytes again and again, until that fails; gives why. */
async function write(conn: Deno.Conn, bytes: Uint8Array): Promise<unknown> {
  try {
    for (let sent = 0; sent < MOST;) sent += await conn.write(bytes);
  } catch (error) {
    return error;
  }
  return null;
}

/** Floods a server of `bind`, and gives the error with which that has cut it off. */
async function flood(
  first: Uint8Array,
  rest: Uint8Array,
): Promise<RpcError | null> {
  const { promise, resolve } = Promise.withResolvers<RpcError | null>();
  let connections = 0;
  const [, serve] = SERVERS.find(([name]) => name === "bind")!;
  await using server = await serve(async (peer) => {
    const isHonest = connections++ === 0;
    await peer.serve({ 1: (_request, body) => body });
    if (!isHonest) resolve(await peer.closed);
  }, { onError() {} });
  await using honest = await connect(server.url);
  await honest.call(1, "before");
  await using answer = await shakeHands(server.port, OURS);
  await answer.conn.write(concat([clientFrame(BINARY, HELLO), first]));
  const error = await write(answer.conn, rest);
  assert(
    error instanceof Deno.errors.BrokenPipe ||
      error instanceof Deno.errors.ConnectionReset,
    `${error}`,
  );
  assertEquals((await honest.call(1, "after")).text(), "after");
  const ended = await promise;
  await honest.close();
  return ended;
}

testWith(
  "all",
  "a client that pings and doesn't read the answers is cut off",
  async () => {
    const ping = clientFrame(PING, new Uint8Array(125));
    const pings = concat(Array<Uint8Array>(1000).fill(ping));
    const error = await flood(ping, pings);
    assertEquals([error?.code, error?.side], ["connection-aborted", "remote"]);
  },
);

testWith(
  "all",
  "a message in very many frames ends the connection",
  async () => {
    const [first, next] = [BINARY, CONTINUATION].map((opcode) => {
      const part = clientFrame(opcode, Uint8Array.of(1));
      part[0]! &= ~FINAL;
      return part;
    });
    const error = await flood(
      first!,
      concat(Array<Uint8Array>(1000).fill(next!)),
    );
    assertEquals([error?.code, error?.side], ["connection-aborted", "remote"]);
  },
);
