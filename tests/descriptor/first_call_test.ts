/** The first read or write of a process, which loads the code that waits. */
import { assertEquals } from "@std/assert";
import { testWith } from "../support/permissions.ts";
import { runDeno } from "../support/processes/run_deno.ts";

const ROOT = new URL("../../", import.meta.url);

/** Runs code with two linked sockets in a process of its own, and gives what it logs. */
async function run(code: string): Promise<string> {
  const program = `
import { UnixSeqpacketTransport } from ${
    JSON.stringify(new URL("mod.ts", ROOT).href)
  };
const [a, b] = UnixSeqpacketTransport.socketPair();
${code}
`;
  const { code: status, stdout, stderr } = await runDeno(
    ["eval", program],
    { cwd: ROOT },
  );
  assertEquals([status, stderr], [0, ""]);
  return stdout;
}

testWith(
  "all",
  "A descriptor that is closed while its first read loads ends that read",
  async () => {
    const said = await run(`
const read = a.read(new Uint8Array(1));
a.close();
console.log(await read.catch((error) => error.name), a.closed);
const closed = await a.read(new Uint8Array(1)).catch((error) => error.name);
console.log(closed);
b.close();`);
    assertEquals(said, "Interrupted true\nTypeError\n");
  },
);

testWith(
  "all",
  "The first writes keep their order and what their buffers had",
  async () => {
    const said = await run(`
const bytes = Uint8Array.of(1);
const first = a.write(bytes);
bytes[0] = 2;
const second = a.write(bytes);
bytes[0] = 3;
console.log(await first, await second);
const got = new Uint8Array(1);
for (let i = 0; i < 2; i++) console.log(b.readSync(got), got[0]);
a.close();
b.close();`);
    assertEquals(said, "1 1\n1 1\n1 2\n");
  },
);

testWith(
  "all",
  "A descriptor isn't given away while its first read loads",
  async () => {
    const said = await run(`
const read = a.read(new Uint8Array(1));
try {
  new UnixSeqpacketTransport(a);
} catch (error) {
  console.log(error.message);
}
b.writeSync(Uint8Array.of(7));
console.log(await read);
a.close();
b.close();`);
    assertEquals(said, "The file descriptor is being read or written\n1\n");
  },
);
