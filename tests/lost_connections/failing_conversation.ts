import { deadline } from "@std/async";
import {
  connect,
  listen,
  Peer,
  type PeerHandle,
  RpcError,
  UnixSeqpacketTransport,
} from "../../mod.ts";
import { TempDir } from "../support/files/temp_dir.ts";
import { HANGS_AFTER } from "../support/hangs_after.ts";
import { tick } from "../../internal/event_loop.ts";
import { openFiles } from "../support/processes/open_files.ts";
import { failing } from "./failing_calls.ts";

// deno-lint-ignore no-explicit-any -- peers of all transports
type AnyPeer = PeerHandle<any, any>;

/** Makes a connection; what it opens besides ends with the stack. */
export type Connect = (
  stack: AsyncDisposableStack,
) => Promise<[AnyPeer, AnyPeer]>;

const QUIET = { onError() {} };

function socket(
  address: (stack: AsyncDisposableStack) => string,
  options: { reactor?: boolean } = {},
): Connect {
  return async (stack) => {
    const refused = Promise.withResolvers<never>();
    refused.promise.catch(() => {});
    // deno-lint-ignore no-explicit-any -- the address tells the transport
    const listener: any = listen(address(stack) as any, {
      ...options,
      onError: refused.reject,
    });
    stack.use(listener);
    const { addr } = listener;
    const to = addr.transport === "tcp" ? `tcp://127.0.0.1:${addr.port}` : addr;
    const accepting = listener.accept();
    accepting.catch(() => {});
    const client = await connect(to, { ...QUIET, ...options }) as AnyPeer;
    stack.use(client);
    const server = await Promise.race([accepting, refused.promise]);
    stack.use(server);
    return [client, server];
  };
}

function inFolder(scheme: string): (stack: AsyncDisposableStack) => string {
  return (stack) => `${scheme}${stack.use(new TempDir()).file("s")}`;
}

/** The connections whose calls go to the C library. */
export const CONNECTIONS: Readonly<Record<string, Connect>> = {
  "seqpacket pair": (stack) => {
    const ends = UnixSeqpacketTransport.pair();
    const [a, b] = ends.map((end) => stack.use(Peer.spawn(end, QUIET)));
    return Promise.resolve([a!, b!]);
  },
  "seqpacket": socket(inFolder("unix+seqpacket:")),
  "rings": socket(inFolder("unix+shm:")),
  "TCP on the reactor": socket(() => "tcp://127.0.0.1:0", { reactor: true }),
  "Unix on the reactor": socket(inFolder("unix:"), { reactor: true }),
  "TCP": socket(() => "tcp://127.0.0.1:0"),
  "Unix": socket(inFolder("unix:")),
};

const REQUEST = 1;
const UPDATE = 2;

/** What the errors of a connection may be that a call of the system has broken. */
const CODES = new Set([
  "connection-closed",
  "connection-aborted",
  // What the system has no memory for is refused, and its request told.
  "payload-too-large",
  "encode-failed",
  "remote-error",
  // The memory of rings couldn't be looked at.
  "invalid-shared-memory",
]);

/** So many turns of the event loop are some seconds. */
const TURNS = 20_000;

/** Waits until nothing more is open than before; gives what is. */
export async function leftOpen(before: readonly string[]): Promise<string[]> {
  const left = (): string[] =>
    openFiles().filter((name) => !before.includes(name));
  // The reactor closes what it has, once its threads are back.
  for (let turns = 0; turns < TURNS && left().length > 0; turns++) await tick();
  return left();
}

/** Holds a conversation in which a call may fail, and says what is wrong then. */
export async function holdAndFail(
  connect: Connect,
  where: string,
): Promise<void> {
  const before = openFiles();
  try {
    await deadline(hold(connect), HANGS_AFTER);
  } catch (error) {
    console.log(`${where}: ${error}`);
  }
  failing.stop();
  const left = await leftOpen(before);
  if (left.length > 0) console.log(`${where}: left open: ${left}`);
}

/** Connects, lets both sides ask, and closes; gives the error where it can't connect. */
export async function hold(connect: Connect): Promise<Error | null> {
  await using stack = new AsyncDisposableStack();
  let peers: [AnyPeer, AnyPeer];
  try {
    peers = await connect(stack);
  } catch (error) {
    // It says what failed.
    if (error instanceof Error && error.message !== "") return error;
    throw error;
  }
  const serving = peers.map((peer) =>
    peer.serve({
      [REQUEST]: async (request, body) => {
        await request.sendUpdate(UPDATE, body);
        return body;
      },
    })
  );
  await Promise.all(peers.map(talk));
  for (const peer of peers) await peer.close();
  await Promise.all(serving.map(ends));
  for (const peer of peers) {
    const { openSentRequests, openReceivedRequests, queuedBytes } = peer
      .stats();
    const left = [openSentRequests, openReceivedRequests, queuedBytes];
    if (left.some((n) => n > 0)) throw new Error(`tables: ${left}`);
  }
  return null;
}

/** All that one side says. */
async function talk(peer: AnyPeer): Promise<void> {
  await ends(peer.sendStream(5, "stream"));
  await ends((async () => {
    using request = await peer.sendRequest(REQUEST, "a");
    for await (const update of request) {
      if (update.text() !== "a") throw new Error("Another update");
    }
    const response = await request.recvResponse();
    if (!response.isError && response.text() !== "a") {
      throw new Error("Another response");
    }
  })());
}

/** Waits until it ends, well or with an error that says what is broken. */
async function ends(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof RpcError) || !CODES.has(error.code)) throw error;
  }
}
