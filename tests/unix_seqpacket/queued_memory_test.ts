/** What replies cost that wait for a side which reads nothing. */
import { assert, assertEquals } from "@std/assert";
import { testWith } from "../support/permissions.ts";
import { programWith } from "./children/program.ts";

/** Bytes; some 255 as measured, of which 12 and the body are the message. */
const MOST = 450;

testWith(
  "all",
  "A small message that waits for a full socket takes a few hundred bytes of memory",
  async () => {
    const flags = ["-A", "--v8-flags=--expose-gc"];
    const { code, said, errors } = await programWith(flags, "queued.ts");
    assertEquals(code, 0, errors);
    const { cost, wrong } = JSON.parse(said);
    assertEquals(wrong, 0);
    assert(cost > 0 && cost < MOST, `${cost} bytes for each`);
  },
);
