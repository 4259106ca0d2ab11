import { assertEquals } from "@std/assert";
import { deadline } from "@std/async";
import { Peer } from "../../mod.ts";
import { turns } from "../support/scripted_turn.ts";
import {
  SCRIPTED_KINDS,
  type ScriptedEnd,
  type ScriptedKind,
  scriptedPair,
} from "../support/scripted_duplex.ts";
import { frame, frames, REQUEST } from "../support/scripted_frames.ts";
import { writeAll } from "../support/scripted_fill.ts";
import { checkEmpty } from "./scene.ts";
import { Outcomes } from "./outcomes.ts";
import { HANGS_AFTER } from "../support/hangs_after.ts";

const reset = new Deno.errors.ConnectionReset("Scripted reset");
const gone = new Deno.errors.BrokenPipe("Scripted broken pipe");
const big = new Uint8Array(300 * 1024);

/** How the other side breaks off while nothing it was sent has got through, and what that is. */
const ENDS: readonly [string, string, (end: ScriptedEnd) => void][] = [
  ["a reset", "connection-aborted", (end) => {
    end.output.endReads(reset);
    end.input.failWrites(gone);
  }],
  ["a reset that writing notices first", "connection-aborted", (end) => {
    end.input.failWrites(gone);
  }],
  ["a failed write, and a clean end in front of it", "connection-closed", (
    end,
  ) => {
    end.output.endReads();
    end.input.failWrites(gone);
  }],
  ["an end inside a message", "connection-aborted", (end) => {
    end.output.endReads();
  }],
];

for (const kind of SCRIPTED_KINDS) {
  for (const [name, code, breakOff] of ENDS) {
    Deno.test(`Sends that wait settle with ${code} on ${name} (${kind})`, async () => {
      // Stuck inside the head of a message, at its end, and inside a body.
      for (const capacity of [1, 4, 16, 17, 40, 1000]) {
        await stuckAndCut(kind, name, code, breakOff, capacity);
      }
    });
  }
}

async function stuckAndCut(
  kind: ScriptedKind,
  name: string,
  code: string,
  breakOff: (end: ScriptedEnd) => void,
  capacity: number,
): Promise<void> {
  const where = `stuck after ${capacity} bytes`;
  const [here, there] = scriptedPair({ capacity });
  const peer = Peer.spawn(
    here[kind]({ maxBodyLenWrite: big.length }),
    { writeQueueBytes: 300, maxOpenSentRequests: 3 },
  );
  const outcomes = new Outcomes();
  const all: Promise<unknown>[] = [];
  const track = <T>(what: string, promise: Promise<T>): void => {
    all.push(outcomes.track(what, promise).catch(() => {}));
  };
  const part = name.includes("inside") ? [0x0c, 0, 0] : [];
  await writeAll(
    there.output,
    frames(frame(REQUEST, 9, 1), new Uint8Array(part)),
  );
  const message = await peer.recvMessage();
  const received = message?.kind === "request" ? message.request : null;
  const open = await peer.sendRequest(1, "first");
  track("recvUpdate", open.recvUpdate());
  track("recvResponse", open.recvResponse());
  track("received recvUpdate", received!.recvUpdate());
  // Web streams keep what they are given, so that it is copied.
  const sent = peer.sendStream(1, big);
  if (kind === "ioTransport") track("sendStream, unsettled", sent);
  else await sent;
  track("sendStream, waits for room", peer.sendStream(1, "s"));
  track("sendRequest, waits for room", peer.sendRequest(1, "r"));
  track("sendRequest, waits for room", peer.sendRequest(1, big));
  track("sendRequest, waits for a place", peer.sendRequest(1, "r"));
  track("call, waits for a place", peer.call(1, "r"));
  track("sendUpdate, waits for room", open.sendUpdate(1, "u"));
  track("received sendUpdate, waits for room", received!.sendUpdate(1, "u"));
  track("sendResponse, behind the update", received!.sendResponse(1, big));
  track("recvMessage", peer.recvMessage());
  await turns(3);
  assertEquals(here.output.written, capacity, where);
  breakOff(there);
  await deadline(Promise.all(all), HANGS_AFTER).catch(() => {});
  outcomes.check([code], where);
  outcomes.checkFailed(all.length - 1);
  assertEquals((await peer.closed)?.code, code);
  await checkEmpty(peer, where);
}
