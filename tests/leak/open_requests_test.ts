/** What requests hold that stay open. */
import { assert } from "@std/assert";
import { testWith } from "../support/permissions.ts";
import { runChild } from "../support/processes/run_child.ts";

const CHILD = new URL("open_requests_child.ts", import.meta.url);
/** Of both sides together, in bytes. It was 2100, and is 1350. */
const MOST = 1600;

testWith("run", "An open request holds little", async () => {
  const flags = ["-A", "--v8-flags=--expose-gc"];
  const [each = Infinity] = await runChild<number>(CHILD, [], flags);
  assert(each < MOST, `${Math.round(each)} bytes each, ${MOST} are allowed`);
});
