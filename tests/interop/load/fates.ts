import { tick } from "../../../internal/event_loop.ts";
import { assertEquals } from "@std/assert";
import type { TestPeer } from "../../support/scene.ts";
import type { Program } from "../support/program.ts";
import { SAMPLE, TALLY } from "../support/services.ts";

/** What becomes of the native program while it is asked, or asks. */
export const FATES = [
  "left alone",
  "killed",
  "frozen",
  "frozen for good",
] as const;

/** One of them. */
export type Fate = typeof FATES[number];

/** The options of this side: it gives up soon what is frozen for good. */
export function optionsFor(fate: Fate): {
  readonly stallTimeout: number;
  readonly closeTimeout: number;
  readonly onError: () => void;
} {
  const stallTimeout = fate === "frozen for good" ? 300 : 60_000;
  return { stallTimeout, closeTimeout: 500, onError() {} };
}

const BODY = new Uint8Array(4000);
/** So many turns of the event loop without a byte mean that nothing is taken any more. */
const STUCK = 50;
const AT_ONCE = 64;

/** Sends stream messages until the other side takes no more, or `most`; gives their number. */
async function flood(peer: TestPeer, most: number): Promise<number> {
  let sent = 0;
  let waiting = 0;
  let written = -1;
  for (let still = 0; sent < most && still < STUCK;) {
    for (; waiting < AT_ONCE && sent < most; waiting++, sent++) {
      // What isn't sent is seen by the count, or the connection has ended.
      peer.sendStream(SAMPLE, BODY).catch(() => {}).finally(() => waiting--);
    }
    await tick();
    const { bytesSent } = peer.stats();
    still = bytesSent === written ? still + 1 : 0;
    written = bytesSent;
  }
  return sent;
}

/**
 * Lets a fate come over a native program that is under load, and floods it meanwhile.
 * Afterwards those that live have everything.
 */
export async function befall(
  fate: Fate,
  peer: TestPeer,
  native: Program,
): Promise<void> {
  if (fate === "killed") return native.kill();
  if (fate !== "left alone") native.signal("SIGSTOP");
  const flooded = await flood(peer, fate === "left alone" ? 1000 : Infinity);
  if (fate === "frozen for good") {
    assertEquals((await peer.closed)?.code, "limit-exceeded");
    return native.kill();
  }
  native.signal("SIGCONT");
  assertEquals((await peer.call(TALLY, "")).text(), `${flooded}`);
}
