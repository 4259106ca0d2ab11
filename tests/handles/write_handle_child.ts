/**
 * Keeps only the write handles of requests, in a process of its own: it needs
 * `--v8-flags=--expose-gc`. Prints what became of them, as JSON.
 */
import { MemoryTransport, type PeerHandle } from "../../mod.ts";
import { Connection } from "../../peer/connection.ts";
import { PeerHandle as Handle } from "../../peer/handles/peer_handle.ts";
import { collect } from "../support/collect.ts";
import { HandClock } from "../support/hand_clock.ts";

const TURNS = 20;

const clock = new HandClock();
const [client, server] = MemoryTransport.pair().map((transport) => {
  const connection = new Connection(transport, {}, { clock });
  connection.start();
  return new Handle(connection);
}) as [PeerHandle, PeerHandle];

async function take() {
  const message = await server.recvMessage();
  if (message?.kind !== "request") throw new Error("No request");
  return message.request;
}

// Both sides keep a write handle, and nothing else.
const asked =
  await (async () => (await client.sendRequest(1, "")).writeHandle())();
const given = await (async () => (await take()).writeHandle())();
// One more, of which nothing is kept: what shows that handles are collected.
await (async () => void await client.sendRequest(2, ""))();
await (async () => void await take())();
await collect(TURNS);
clock.turn(1000);
await collect(TURNS);
const open = [client, server].map((peer) => {
  const { openSentRequests, openReceivedRequests } = peer.stats();
  return [openSentRequests, openReceivedRequests];
});

await asked.sendUpdate(1, "update");
await given.sendUpdate(1, "update");
await given.sendResponse(1, "late answer");
await client.sendStream(1, "");
await server.recvMessage();
await server.sendStream(1, "");
await client.recvMessage();
const answered = [client, server].map((peer) => {
  const { openSentRequests, openReceivedRequests } = peer.stats();
  return [openSentRequests, openReceivedRequests];
});
const { refusedRequests } = server.stats();
const errors = client.stats().errors + server.stats().errors;

// A call waits for its answer, however the other side keeps its request.
const calling = client.call(3, "");
const late = await (async () => (await take()).writeHandle())();
clock.turn(1000);
await collect(TURNS);
await late.sendResponse(3, "to a call");
const text = (await calling).text();

await client.close();
await server.closed;
console.log(JSON.stringify({
  open,
  answered,
  refusedRequests,
  errors,
  text,
  alarms: clock.pending,
}));
