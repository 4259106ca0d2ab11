/** Ctrl-C while a command connects. */
import { assertEquals } from "@std/assert";
import { CliError, exitCode } from "../../cli/exit_code.ts";
import { TempDir } from "../support/files/temp_dir.ts";
import { testWith } from "../support/permissions.ts";
import { writeTrace } from "./capture/traces.ts";
import { CELL, fizyr, interruptedProcess } from "./support.ts";

/** Runs a command on a server that takes connections and says nothing, and ends it then. */
async function interrupted(
  argsFor: (address: string) => readonly string[],
): Promise<number> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const controller = new AbortController();
  const running = fizyr(argsFor(`ws://127.0.0.1:${listener.addr.port}/rpc`), {
    signal: controller.signal,
  });
  using _open = await listener.accept();
  controller.abort(new CliError(exitCode.INTERRUPTED, "Interrupted"));
  return (await running).code;
}

const COMMANDS: Readonly<Record<string, (address: string) => string[]>> = {
  list: (address) => ["list", address],
  describe: (address) => ["describe", address],
  call: (address) => ["call", address, "--raw", "1"],
  stream: (address) => ["stream", address, "--raw", "1", "text"],
  ping: (address) => ["ping", address],
  bench: (address) => ["bench", address],
  top: (address) => ["top", address],
  inspect: (address) => ["inspect", address, "--port", "0"],
  watch: (address) => [
    ...["watch", "--listen", "127.0.0.1:0", "--to", address, "--describe"],
  ],
};

for (const [name, argsFor] of Object.entries(COMMANDS)) {
  testWith("all", `${name} is interrupted while it connects`, async () => {
    assertEquals(await interrupted(argsFor), exitCode.INTERRUPTED);
  });
}

testWith("all", "replay is interrupted while it connects", async () => {
  using folder = new TempDir();
  const file = await writeTrace(folder);
  assertEquals(
    await interrupted((address) => ["replay", file, address]),
    exitCode.INTERRUPTED,
  );
});

const INTERRUPTED: [number, string] = [exitCode.INTERRUPTED, "Interrupted"];

testWith(
  "all",
  "so is one that opens a pipe on which nobody writes",
  async () => {
    using folder = new TempDir();
    const pipe = folder.file("trace.pcapng");
    const { success } = await new Deno.Command("mkfifo", { args: [pipe] })
      .output();
    assertEquals(success, true);
    assertEquals(
      // Opening it waits for the command, which reads it.
      await interruptedProcess(
        ["watch", pipe],
        () => Deno.open(pipe, { write: true }),
      ),
      INTERRUPTED,
    );
  },
);

for (const command of ["serve", "watch"]) {
  testWith(
    "all",
    `so is ${command}, while its server of NATS says nothing`,
    async () => {
      using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const at = `nats://127.0.0.1:${listener.addr.port}/cell`;
      const args = command === "serve"
        ? ["serve", at, "--interface", CELL]
        : ["watch", "--listen", at, "--to", "127.0.0.1:9"];
      assertEquals(
        await interruptedProcess(args, () => listener.accept()),
        INTERRUPTED,
      );
    },
  );
}
