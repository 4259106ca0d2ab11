import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { body, bytes, defineInterface } from "../../../../../interface/mod.ts";
import { rejectsWith } from "../../../../support/expect.ts";
import type { TestPeer } from "../../../../support/scene.ts";
import { FAIL } from "../../../support/services.ts";
import { bothWays } from "../../both_ways.ts";
import type { Scenario } from "../../scenario.ts";

/** The service that answers with the error that it is asked for. */
const Failing = defineInterface({
  name: "Failing",
  services: { fail: { id: FAIL, request: bytes } },
  errors: { busy: { body: body<{ until: number }>() } },
});

/** Texts of a native peer, and what is read from them: the reason and the message. */
const TEXTS: readonly (readonly [string, string | null, string])[] = [
  ["no film", null, "no film"],
  ["Camera: no film", null, "Camera: no film"],
  ["film: no film", null, "film: no film"],
  ["unavailable:no film", null, "unavailable:no film"],
  ["two\nlines", null, "two\nlines"],
  // Texts that happen to look like those of a peer of this library.
  ["unavailable: no film", "unavailable", "no film"],
  ["unknown-service: 3", "unknown-service", "3"],
  ["invalid-request: no film", "invalid-request", "no film"],
  ["limit-exceeded: no film", "limit-exceeded", "no film"],
  ["failed: no film", "failed", "no film"],
];

/** Whatever the text is, nobody knows whether the request has run. */
async function check(peer: TestPeer): Promise<void> {
  for (const [text, reason, message] of TEXTS) {
    const error = await rejectsWith(
      "remote-error",
      () => peer.call(FAIL, text),
    );
    const { responseText, side, outcome } = error;
    assertEquals([error.reason, error.message], [reason, message]);
    assertEquals([responseText, side, outcome], [text, "remote", "unknown"]);
  }
  const late = "deadline-exceeded: no film";
  const error = await rejectsWith(
    "deadline-exceeded",
    () => peer.call(FAIL, late),
  );
  assertEquals([error.side, error.outcome], ["remote", "unknown"]);
  await checkTyped(peer);
}

async function checkTyped(peer: TestPeer): Promise<void> {
  const client = Failing.client(peer);
  const fail = (text: string): Promise<Error> =>
    rejectsWith(
      "remote-error",
      () => client.fail(new TextEncoder().encode(text)),
    );
  const plain = await fail("unavailable: no film");
  assertEquals(plain.message, "Failing.fail: no film");
  const busy = await fail(`busy: come back\n{"until":12}`);
  assertInstanceOf(busy, Failing.errors.busy);
  assertEquals([busy.data, busy.outcome], [{ until: 12 }, "unknown"]);
  assertEquals(busy.message, "Failing.fail: come back");
  const invalid = await rejectsWith(
    "decode-failed",
    () => client.fail(new TextEncoder().encode("busy: come back")),
  );
  assert(invalid.message.includes("Failing.errors.busy"), invalid.message);
}

export const errorTexts: Scenario = bothWays(
  "error texts are read as those of a peer that may be native",
  check,
);
