/**
 * Queues small messages for a side that reads nothing, and prints how many bytes
 * each of them costs. Needs `--v8-flags=--expose-gc`.
 */
import { tick } from "../../../internal/event_loop.ts";
import {
  Message,
  MessageHeader,
  MessageType,
  UnixBody,
  UnixSeqpacketTransport,
} from "../../../mod.ts";

declare const gc: () => void;

const COUNT = 50_000;
/** So many fill the socket's buffer. */
const FILL = 1_000;

function used(): number {
  gc();
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}

const [a, b] = UnixSeqpacketTransport.pair();
const writer = a.writable.getWriter();
const outgoing = {
  message: new Message(
    new MessageHeader(MessageType.Response, 0, 1),
    new UnixBody("hello"),
  ),
};

// The first turn finds the buffer full; what is left of the batch waits.
const before = used();
const written = writer.write(Array(FILL + COUNT).fill(outgoing));
await tick();
const cost = (used() - before) / COUNT;

// All of it arrives, in order and as it was.
let received = 0;
let wrong = 0;
const reader = b.readable.getReader();
while (received < FILL + COUNT) {
  const { value } = await reader.read();
  for (const item of value!) {
    received++;
    if (!("body" in item) || item.text() !== "hello") wrong++;
  }
}
await written;
await a.close();
await b.close();
console.log(JSON.stringify({ cost, wrong }));
