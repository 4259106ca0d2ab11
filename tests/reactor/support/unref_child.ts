/**
 * Opens a listener at an address and a connection with both of its ends here, does
 * with them what its second argument says, and leaves them open: it ends by itself
 * only if nothing keeps it alive. Whoever connects can ask it to close everything.
 * A Unix stream is on the reactor.
 */
import { connect, listen } from "../../../mod.ts";
import { eventLoopTurns } from "../../support/event_loop_turns.ts";

const [address, kind] = Deno.args;
const options = address!.startsWith("unix:") ? { reactor: true } : {};
const listener = listen(address!, options);
const [client, server] = await Promise.all([
  connect(address!, options),
  listener.accept(),
]);
const peers = [client, server];
const others: { close(): Promise<void> }[] = [];

/** Reads and accepts, so that everything waits for something. */
function wait(): void {
  server.serve({});
  client.recvMessage().catch(() => {});
  listener.run((peer) => {
    // Being asked is not to keep it alive.
    peer.unref();
    others.push(peer);
    return peer.serve({
      1: () => "alive",
      2: () => {
        // Behind its answer.
        setImmediate(() =>
          [...peers, ...others].forEach((each) => each.close())
        );
        setImmediate(() => listener.close());
        return "ending";
      },
    });
  }).catch(() => {});
}

/** Turns enough for it to have given up looking for events without sleeping. */
async function sleeping(): Promise<void> {
  await eventLoopTurns(5_000);
}

function unref(): void {
  listener.unref();
  for (const peer of peers) peer.unref();
}

const KINDS: Record<string, () => void | Promise<void>> = {
  "unref before waiting"() {
    unref();
    wait();
  },
  "unref while waiting"() {
    wait();
    unref();
  },
  async "unref while asleep"() {
    wait();
    await sleeping();
    unref();
  },
  "unref twice"() {
    unref();
    wait();
    unref();
  },
  "ref and unref"() {
    unref();
    wait();
    client.ref();
    client.unref();
  },
  "close the one that was not unref'ed"() {
    unref();
    client.ref();
    wait();
    client.close();
  },
  "nothing"() {
    wait();
  },
  "unref all but the listener"() {
    wait();
    for (const peer of peers) peer.unref();
  },
  "unref all but one connection"() {
    wait();
    unref();
    client.ref();
  },
  async "ref while asleep"() {
    unref();
    wait();
    await sleeping();
    listener.ref();
  },
};

await KINDS[kind!]!();
console.log("end of program");
