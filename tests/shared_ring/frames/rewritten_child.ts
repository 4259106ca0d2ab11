/**
 * Run by rewritten_test.ts, in a process of its own, which a mistake would end with
 * SIGSEGV: takes frames whose text another process rewrites all the time, and decodes
 * them in all ways. Prints how many texts differed.
 */
import { body, defineInterface } from "../../../interface/mod.ts";
import { cbor } from "../../../interface/formats/cbor.ts";
import { json } from "../../../interface/formats/json.ts";
import { msgpack } from "../../../interface/formats/msgpack.ts";
import type { Format } from "../../../interface/formats/format.ts";
import { SharedMemory, type UnixBody } from "../../../mod.ts";
import { sized } from "../../support/suite/long.ts";
import { RingScene } from "../support/raw_rings.ts";
import { scribblingProcess } from "../support/scribblers.ts";
import { Attacker } from "./attacker.ts";

const SIZE = 3 * 64 * 1024;
const FRAMES = sized(100, 300);

await using scene = new RingScene();
const attacker = new Attacker(await scene.linked({ onError: () => {} }));
using memory = SharedMemory.create(SIZE);
memory.seal({ writable: true });
await using _scribbler = await scribblingProcess(memory.fd.fd, "text");
attacker.announce(0, memory.fd);

const texts = new Set<string>();
const ways: ((body: UnixBody) => unknown)[] = [
  (body) => texts.add(body.text().slice(0, 100)),
  (body) => body.json(),
];
for (const format of [json, msgpack, cbor] satisfies Format[]) {
  const { streams } = defineInterface({
    name: "Log",
    format,
    streams: { lines: { id: 1, body: body<unknown>() } },
  });
  const codec = streams.lines.codec(undefined);
  ways.push((body) => codec.body.decode(body, null, () => null!));
}
for (let i = 0; i < FRAMES; i++) {
  attacker.frame({ length: SIZE });
  attacker.publish();
  const received = await attacker.peer.recvMessage();
  if (received?.kind !== "stream") throw new Error("Something else came");
  using frame = received.message.body;
  if (frame.data.length !== SIZE) throw new Error("Not the whole frame came");
  for (const way of ways) {
    try {
      way(frame);
    } catch {
      // What is rewritten is no value for the most part: only the process counts.
    }
  }
}
console.log(JSON.stringify({ texts: texts.size }));
