/**
 * Run by other_user_test.ts: becomes the user of a number, connects to each of the
 * addresses, and prints what comes of it, a line of JSON each.
 */
import { assertRejects } from "@std/assert";
import { connect, RpcError } from "../../../mod.ts";
import { RawLibc } from "../../unix_seqpacket/support/raw_libc.ts";

/** What a connection to an address brings. */
async function talk(address: string): Promise<unknown[]> {
  try {
    await using peer = await connect(address as `unix:${string}`);
    const { body } = await peer.call(1, "hello");
    return [peer.info.credentials?.uid, body.text()];
  } catch (error) {
    const { name } = error as Error;
    return [error instanceof RpcError ? error.code : name];
  }
}

const [uid, ...addresses] = Deno.args;
// What is loaded late is loaded now: the other user may not read these files.
for (const address of addresses) {
  await assertRejects(() => connect(`${address}-none` as `unix:${string}`));
}
const libc = new RawLibc();
libc.ok(libc.symbols.setuid(Number(uid)));
for (const address of addresses) {
  console.log(JSON.stringify(await talk(address)));
}
Deno.exit();
