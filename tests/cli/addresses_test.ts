/** The command over what else addresses name: TLS, WebSockets and NATS. */
import { assert, assertEquals } from "@std/assert";
import { NatsServer, testWithNats } from "../support/servers/nats_server.ts";
import { TempDir } from "../support/files/temp_dir.ts";
import { PERMISSIONS, testUnless, testWith } from "../support/permissions.ts";
import { Ca, whyNoCertificates } from "../tls/certificates.ts";
import { Serving } from "./serving.ts";
import { fizyr } from "./support.ts";

const CELL = new URL("./cell.ts", import.meta.url).pathname;
const ARGS = ["--interface", CELL, "--reply", 'Cell.name="left"'];

async function assertAnswers(
  { address }: Serving,
  ...options: string[]
): Promise<void> {
  const call = ["call", address, "Cell.name", ...options];
  const { code, out, err } = await fizyr(call);
  assertEquals([code, out], [0, ['"left"']], err);
}

testWith("all", "a WebSocket is served and called", async () => {
  await using serving = await Serving.startOn("ws://127.0.0.1:0/rpc", ...ARGS);
  await assertAnswers(serving);
});

const { granted, flag } = PERMISSIONS.all;
testUnless(
  granted ? whyNoCertificates() : flag,
  "TLS is served and called, by files",
  async () => {
    using folder = new TempDir();
    await using ca = await Ca.make();
    const { cert, key } = await ca.sign("server");
    const files = { ca: ca.cert, cert, key };
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(folder.file(name), text);
    }
    await using serving = await Serving.startOn(
      ...["tls://localhost:0", ...ARGS],
      ...["--cert", folder.file("cert"), "--key", folder.file("key")],
    );
    await assertAnswers(serving, "--ca", folder.file("ca"));
    const { address } = serving;
    const untrusted = await fizyr(["call", address, "Cell.name"]);
    assertEquals([untrusted.code, untrusted.out], [3, []]);
    const none = ["call", address, "Cell.name", "--ca", folder.file("none")];
    const missing = await fizyr(none);
    assertEquals(missing.code, 1);
    assert(missing.err.includes("There is no such file"), missing.err);
  },
);

testWithNats("NATS is served and called", async () => {
  await using nats = await NatsServer.start();
  const address = nats.address("cell.camera");
  await using serving = await Serving.startOn(address, ...ARGS);
  await assertAnswers(serving);
});
