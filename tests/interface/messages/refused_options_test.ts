/** Options of a wrong type are refused where they are given, before anything is taken over. */
import { assertRejects, assertThrows } from "@std/assert";
import {
  body,
  Broadcast,
  defineInterface,
  serve,
} from "../../../interface/mod.ts";
import { MemoryTransport, Peer } from "../../../mod.ts";

const Robot = defineInterface({
  name: "Robot",
  streams: {
    joints: { id: 1, from: "server", body: body<number>() },
    jog: { id: 2, body: body<number>() },
  },
});
/** Has streams of the same ids in the other direction. */
const Mirror = defineInterface({
  name: "Mirror",
  streams: {
    joints: { id: 1, body: body<number>() },
    jog: { id: 2, from: "server", body: body<number>() },
  },
});
const handlers = { jog: () => {} };

const wrongFormats: [unknown, string][] = [
  ["cbor", "The format of Robot must be an object, got string"],
  [null, "The format of Robot must be an object, got null"],
  [{}, "The format of Robot must have the functions encode and decode"],
  [
    { name: "own", encode: () => "" },
    "The format of Robot must have the functions encode and decode",
  ],
];

const wrongFunctions: [unknown, string][] = [
  ["x", 'must be a function, got "x"'],
  [{}, "must be a function, got [object Object]"],
  [null, "must be a function, got null"],
];

for (const [format, text] of wrongFormats) {
  Deno.test(`a format that is ${JSON.stringify(format)} is refused`, async () => {
    const [a, b] = MemoryTransport.pair();
    await using peer = Peer.spawn(a);
    await using _other = Peer.spawn(b);
    const wrong = { format: format as never };
    assertThrows(() => Robot.client(peer, wrong), TypeError, text);
    assertThrows(() => Robot.messages(peer, wrong), TypeError, text);
    assertThrows(() => Robot.implement(handlers, wrong), TypeError, text);
    assertThrows(
      () => new Broadcast(Robot.streams.joints, wrong),
      TypeError,
      text,
    );
    await assertRejects(
      () => Robot.serve(peer, handlers, wrong),
      TypeError,
      text,
    );
    await assertRejects(
      () => Robot.streams.joints.send(peer, 1, wrong),
      TypeError,
      text,
    );
    // Each id is still free for a stream that arrives here.
    Robot.client(peer);
    Mirror.client(peer);
  });
}

for (const [given, end] of wrongFunctions) {
  Deno.test(`an onInvalid or hidden that is ${JSON.stringify(given)} is refused`, async () => {
    const [a, b] = MemoryTransport.pair();
    await using peer = Peer.spawn(a);
    await using _other = Peer.spawn(b);
    const wrong = { onInvalid: given as never };
    const text = `onInvalid ${end}`;
    const robot = Robot.implement(handlers);
    assertThrows(() => Robot.client(peer, wrong), TypeError, text);
    assertThrows(() => Robot.messages(peer, wrong), TypeError, text);
    assertThrows(() => serve(peer, robot, wrong), TypeError, text);
    await assertRejects(
      () => Robot.serve(peer, handlers, wrong),
      TypeError,
      text,
    );
    const hidden = { hidden: given as never };
    for (const options of [{ describe: hidden }, { stats: hidden }]) {
      assertThrows(
        () => serve(peer, robot, options),
        TypeError,
        `hidden ${end}`,
      );
    }
    // Each id is still free for a stream that arrives here.
    Robot.client(peer);
    Mirror.client(peer);
  });
}
