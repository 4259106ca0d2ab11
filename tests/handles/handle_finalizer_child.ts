/**
 * Drops request handles without a word, in a process of its own: it needs
 * `--v8-flags=--expose-gc`. Prints what became of them, as JSON.
 */
import { MemoryTransport, Peer } from "../../mod.ts";
import { Connection } from "../../peer/connection.ts";
import { PeerHandle } from "../../peer/handles/peer_handle.ts";
import { collect } from "../support/collect.ts";
import { HandClock } from "../support/hand_clock.ts";

const TURNS = 20;

const clock = new HandClock();
const [a, b] = MemoryTransport.pair();
const client = Peer.spawn(a);
const connection = new Connection(b, {}, { clock });
const server = new PeerHandle(connection);
connection.start();

async function takeAndForget(): Promise<void> {
  const message = await server.recvMessage();
  if (message?.kind !== "request") throw new Error("No request");
}

const first = await client.sendRequest(1, "");
await takeAndForget();
await collect(TURNS);
// It is held for its first second.
const early = server.stats().openReceivedRequests;
clock.turn(1000);
await collect(TURNS);
const response = await first.recvResponse();

// A handle that is still in use is left alone.
const second = await client.sendRequest(1, "");
const message = await server.recvMessage();
if (message?.kind !== "request") throw new Error("No request");
clock.turn(1000);
await collect(TURNS);
await message.request.sendResponse(1, "still mine");
const kept = (await second.recvResponse()).text();

// A sent request that is forgotten is abandoned.
async function sendAndForget(): Promise<void> {
  await server.sendRequest(2, "");
}
await sendAndForget();
const asked = await client.recvMessage();
if (asked?.kind !== "request") throw new Error("No request");
clock.turn(1000);
await collect(TURNS);
await asked.request.sendUpdate(1, "nobody wants it");
await asked.request.sendResponse(2, "nobody wants it");
await client.sendStream(1, "");
await server.recvMessage();
const { droppedMessages, errors, openSentRequests } = server.stats();
await client.close();
console.log(JSON.stringify({
  early,
  isError: response.isError,
  kept,
  droppedMessages,
  errors,
  openSentRequests,
  alarms: clock.pending,
}));
