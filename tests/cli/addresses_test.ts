/** The command over what else addresses name: TLS, WebSockets and NATS. */
import { assert, assertEquals } from "@std/assert";
import { NatsServer, testWithNats } from "../support/servers/nats_server.ts";
import { TempDir } from "../support/files/temp_dir.ts";
import { PERMISSIONS, testUnless, testWith } from "../support/permissions.ts";
import { Ca, whyNoCertificates } from "../tls/certificates.ts";
import { Serving } from "./serving.ts";
import { isInterfaceFile } from "../../cli/interface_source.ts";
import { CELL, fizyr } from "./support.ts";

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

testWith("all", "an address may end as a file does", async () => {
  await using serving = await Serving.startOn(
    ...["ws://127.0.0.1:0/rpc.js", ...ARGS],
  );
  const { code, out, err } = await fizyr(["describe", serving.address]);
  assertEquals([code, out[0]?.split("\n")[0]], [0, "Cell (JSON)"], err);
});

Deno.test("what begins as an address is no file", () => {
  const addresses = [
    "nats://host:4222/cell.rs",
    "ws://host/rpc.js",
    "WSS://host/rpc.mjs",
    "tls://host.ts",
    "tcp://host.rs",
    "unix:/run/cell.rs",
    "unix+seqpacket:cell.ts",
    "unix+shm:cell.ts",
  ];
  for (const address of addresses) {
    assertEquals([address, isInterfaceFile(address)], [address, false]);
  }
  const files = [
    "cell.rs",
    "./nats.ts",
    "C:\\cell.ts",
    "file:///cell.mjs",
    "https://host/cell.ts",
    "jsr:@cell/interface/mod.ts",
  ];
  for (const file of files) {
    assertEquals([file, isInterfaceFile(file)], [file, true]);
  }
});

testWith("all", "an address is no Rust source", async () => {
  const address = "nats://127.0.0.1:1/cell.rs";
  const args = ["describe", address, "--format", "typescript"];
  assertEquals((await fizyr(args)).code, 2);
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
