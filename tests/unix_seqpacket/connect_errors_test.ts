/** What connecting and listening fail with. */
import {
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { connect, listen, UnixSeqpacketTransport } from "../../mod.ts";
import { testUnless, testWith } from "../support/permissions.ts";
import { leaveStale } from "../support/refused.ts";
import { type Scene, sceneTest } from "./support/scene.ts";
import { runDeno } from "../support/processes/run_deno.ts";

const { NotFound, ConnectionRefused, NotCapable } = Deno.errors;
const READ_WRITE = { read: "inherit", write: "inherit" } as const;

function address(scene: Scene, name: string): `unix+seqpacket:${string}` {
  return `unix+seqpacket:${scene.dir}/${name}`;
}

sceneTest("Connecting to no file is NotFound, with the path", async (scene) => {
  const to = address(scene, "nobody");
  const error = await assertRejects(() => connect(to), NotFound);
  assertStringIncludes(error.message, `${scene.dir}/nobody`);
});

sceneTest(
  "Connecting to a stale socket is ConnectionRefused",
  async (scene) => {
    const path = `${scene.dir}/stale`;
    await leaveStale(path);
    await assertRejects(
      () => connect(address(scene, "stale")),
      ConnectionRefused,
    );
    await assertRejects(
      () => connect(`unix+seqpacket:\0nobody-${crypto.randomUUID()}`),
      ConnectionRefused,
    );
  },
);

sceneTest(
  "Connecting to a file that is no socket is an error",
  async (scene) => {
    Deno.writeTextFileSync(`${scene.dir}/file`, "");
    await assertRejects(
      () => connect(address(scene, "file")),
      ConnectionRefused,
    );
    await assertRejects(
      () => connect(address(scene, "file/in/it")),
      Deno.errors.NotADirectory,
    );
  },
);

sceneTest("Connecting to a stream socket says what it is", async (scene) => {
  const path = `${scene.dir}/stream`;
  using _stream = Deno.listen({ transport: "unix", path });
  await assertRejects(
    () => connect(address(scene, "stream")),
    Error,
    "no seqpacket socket",
  );
});

sceneTest(
  "A path that is too long is a TypeError with the limit",
  async (scene) => {
    const long = address(scene, "x".repeat(200));
    await assertRejects(() => connect(long), TypeError, "107");
    assertThrows(() => listen(long), TypeError, "107");
    const name = `unix+seqpacket:\0${"x".repeat(108)}` as const;
    await assertRejects(() => connect(name), TypeError, "108");
    assertThrows(() => listen(name), TypeError, "108");
  },
);

sceneTest("The longest path there is works", async (scene) => {
  const path = `${scene.dir}/${"x".repeat(106 - scene.dir.length)}`;
  assertEquals(path.length, 107);
  await using listener = listen(`unix+seqpacket:${path}`);
  await using _client = await connect(listener.addr);
  await using _server = await listener.accept();
});

sceneTest(
  "Listening in no directory is NotFound, and leaves nothing",
  (scene) => {
    assertThrows(() => listen(address(scene, "no/where")), NotFound);
    assertEquals([...Deno.readDirSync(scene.dir)], []);
  },
);

sceneTest(
  "Wrong options are refused before anything is opened",
  async (scene) => {
    const to = address(scene, "s");
    for (
      const options of [
        { maxBodyLenRead: -1 },
        { maxBodyLenWrite: 1.5 },
        { maxFdsRead: 254 },
        { maxFdsWrite: -1 },
        { maxFdsWrite: NaN },
        { stallTimeout: -1 },
      ]
    ) {
      assertThrows(() => listen(to, options), RangeError);
      await assertRejects(() => connect(to, options), RangeError);
    }
    assertThrows(() => listen(to, { mode: 0o1000 }), RangeError);
    assertThrows(() => listen(to, { drainTimeout: -1 }), RangeError);
    assertEquals([...Deno.readDirSync(scene.dir)], []);
  },
);

sceneTest("An aborted connect rejects with the reason", async (scene) => {
  const signal = AbortSignal.abort(new Error("changed my mind"));
  await assertRejects(
    () => connect(address(scene, "s"), { signal }),
    Error,
    "changed my mind",
  );
});

testUnless(
  Deno.build.os === "linux" ? null : "Linux",
  "Without --allow-ffi it is NotCapable, and names the flag",
  async () => {
    const to = "unix+seqpacket:/tmp/nobody-at-all.sock";
    const message = "--allow-ffi";
    await assertRejects(() => connect(to), NotCapable, message);
    assertThrows(() => listen(to), NotCapable, message);
    assertThrows(() => UnixSeqpacketTransport.pair(), NotCapable, message);
  },
  { permissions: { ffi: false } },
);

for (const missing of ["read", "write"] as const) {
  testWith(
    "ffi",
    `Without --allow-${missing} it is NotCapable, and makes no file`,
    async () => {
      const to = "unix+seqpacket:/tmp/nobody-at-all.sock";
      const message = `--allow-${missing}`;
      await assertRejects(() => connect(to), NotCapable, message);
      assertThrows(() => listen(to), NotCapable, message);
    },
    { permissions: { ...READ_WRITE, ffi: "inherit", [missing]: false } },
  );
}

testWith("ffi", "A pair and an abstract name need no path", async () => {
  const [a, b] = UnixSeqpacketTransport.pair();
  await Promise.all([a.close(), b.close()]);
  const name = `\0rpc-test-${crypto.randomUUID()}`;
  const acceptor = UnixSeqpacketTransport.listen(name);
  const client = await UnixSeqpacketTransport.connect(name);
  const server = await acceptor.accept();
  await Promise.all([client.close(), server.close(), acceptor.close()]);
}, { permissions: { ffi: "inherit" } });

testWith("run", "Importing it asks for nothing and opens nothing", async () => {
  const module = new URL("../../endpoints/unix_seqpacket.ts", import.meta.url);
  const { code, stderr } = await runDeno(
    ["run", "--quiet", "--no-check", "--no-prompt", module.href],
  );
  assertEquals([code, stderr], [0, ""]);
});
