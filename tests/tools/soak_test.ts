/** The parts of `deno task soak` that judge what it sees. */
import { assertEquals } from "@std/assert";
import { RpcError } from "../../mod.ts";
import { runDeno } from "../support/processes/run_deno.ts";
import { testWith } from "../support/permissions.ts";
import { Accounting, ended } from "../../tools/soak/account.ts";
import { slopeOf } from "../../tools/soak/slope.ts";

Deno.test("Each request counts once, as answered, failed or wrong", async () => {
  const accounting = new Accounting();
  const { promise } = Promise.withResolvers<string>();
  accounting.request(() => promise, () => true);
  await accounting.request(() => Promise.resolve("a"), (text) => text === "a");
  await accounting.request(() => Promise.resolve("b"), (text) => text === "a");
  await accounting.request(() => {
    const text = "it is closed";
    throw new RpcError("connection-closed", text, { fatal: true });
  }, () => true);
  await accounting.request(() => Promise.reject(new Error("no")), () => true);
  const { account } = accounting;
  assertEquals(account, {
    sent: 5,
    answered: 1,
    failed: { "connection-closed, unknown": 1 },
    wrong: { b: 1, "Error: no": 1 },
  });
  assertEquals(ended(account), 4);
});

Deno.test("The slope is that of the line that fits best, with its error", () => {
  const line = slopeOf([[0, 1], [1, 3], [2, 5], [3, 7]]);
  assertEquals(line, { perUnit: 2, error: 0 });
  const noisy = slopeOf([[0, 0], [1, 2], [2, 0], [3, 2]])!;
  assertEquals(noisy.perUnit.toFixed(3), "0.400");
  assertEquals(noisy.error.toFixed(3), "0.566");
  assertEquals(slopeOf([[0, 1], [1, 2]]), null);
});

testWith(
  "all",
  "A soak of a few seconds accounts for all requests",
  async () => {
    const script = new URL("../../tools/soak/soak.ts", import.meta.url).href;
    const args = ["run", "-A", "--no-check", script, "--minutes", "0.01"];
    const { code, stdout, stderr } = await runDeno([...args, "--seed", "1"]);
    assertEquals(code, 0, stdout + stderr);
    assertEquals(stdout.trimEnd().split("\n").at(-1), "All accounted for");
  },
);
