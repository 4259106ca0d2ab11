/** A client that asks and asks, and reads no reply: each has a descriptor. */
import { assert } from "@std/assert";
import { MessageType, type UnixBody } from "../../../mod.ts";
import type { PeerHandle, ReceivedRequestHandle } from "../../../mod.ts";
import { datagram, parse, type Scene } from "../support/scene.ts";
import type { RawSocket } from "../support/raw_socket.ts";
import { type Cases, openFds, untilQuiet } from "./case.ts";

const DESCRIPTOR_COST = 64 * 1024;
/** So many replies with a descriptor may be queued. */
const QUEUED = 16;
/** Far more than the socket's buffers and all queues hold. */
const MOST = 10_000;
const FEW = {
  replyQueueBytes: QUEUED * DESCRIPTOR_COST,
  maxInboxMessages: 2 * QUEUED,
};

type Server = PeerHandle<UnixBody, unknown>;

/** Sends a copy of a descriptor, and closes it when it may. */
type Reply = (request: ReceivedRequestHandle<UnixBody>) => Promise<void>;

/** Serves a client that reads nothing, until nothing moves; then reads all. */
async function flood(
  scene: Scene,
  serve: (server: Server, reply: Reply) => Promise<void>,
): Promise<void> {
  const [source] = scene.fds(1);
  const [server, raw] = scene.raw(FEW);
  const before = openFds().length;
  const serving = serve(server, async (request) => {
    using fd = source!.dup();
    await request.sendResponse(1, { data: "", fds: [fd] });
  });
  let asked = 0;
  await untilQuiet(server, () => {
    asked += ask(raw, asked);
    const open = openFds().length - before;
    // Those that are queued, 4 times as many while reading is paused, and some
    // that are on their way there.
    assert(open <= 5 * QUEUED, `${open} descriptors after ${asked} requests`);
  });
  assert(asked < MOST, "The server went on to read");
  // Those over maxOpenReceivedRequests were refused, ahead of others.
  const answered = new Set<number>();
  while (answered.size < asked) {
    const { data, fds } = (await raw.recv())!;
    const [type, id] = parse(data);
    assert(type === MessageType.Response && !answered.has(id), `${type} ${id}`);
    answered.add(id);
    for (const number of fds) scene.libc.symbols.close(number);
  }
  raw.close();
  await serving;
  await server.close();
}

/** Asks until the socket is full; how often. */
function ask(raw: RawSocket, from: number): number {
  let count = 0;
  while (from + count < MOST) {
    const request = datagram(MessageType.Request, from + count, 1);
    if (raw.trySend(request) !== 0) break;
    count++;
  }
  return count;
}

export const UNREAD_REPLIES: Cases = {
  "serve, whose handlers wait for their response": (scene) =>
    flood(scene, (server, reply) => server.serve({ 1: reply })),
  "a loop that waits for each response": (scene) =>
    flood(scene, async (server, reply) => {
      for await (const message of server) {
        if (message.kind === "request") await reply(message.request);
      }
    }),
  "a loop that waits for no response": (scene) =>
    flood(scene, async (server, reply) => {
      const replies: Promise<void>[] = [];
      for await (const message of server) {
        if (message.kind === "request") replies.push(reply(message.request));
      }
      await Promise.all(replies);
    }),
};
