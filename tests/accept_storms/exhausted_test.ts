/** More clients than the server has descriptors for: all are served, one after the other. */
import { assert, assertEquals } from "@std/assert";
import { connect } from "../../mod.ts";
import { testWith } from "../support/permissions.ts";
import { QUIET } from "../support/quiet.ts";
import { TempDir } from "../support/files/temp_dir.ts";
import { linesOf } from "../../tools/lines_of.ts";

/** What the server may have open, and how many clients it gets. */
const DESCRIPTORS = 96;
const CLIENTS = 150;

const CHILD = new URL("exhausted_child.ts", import.meta.url).href;

/** A server in a process of its own, with few descriptors. */
class Server implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(...args: string[]) {
    const deno = [Deno.execPath(), "run", "-A", "--no-check", "--quiet"];
    this.#process = new Deno.Command("sh", {
      args: [
        "-c",
        `ulimit -n ${DESCRIPTORS}; exec "$@"`,
        "sh",
        ...deno,
        CHILD,
        ...args,
      ],
      env: QUIET,
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#lines = linesOf(this.#process.stdout)
      [Symbol.asyncIterator]();
  }

  /** The next thing that it says, which must begin with a word; the rest of it. */
  async says(word: string): Promise<string> {
    const { value = "" } = await this.#lines.next();
    assert(value.startsWith(word), `the server said ${value}`);
    return value.slice(word.length).trim();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.stdin.close();
    // What it still says: that it was exhausted, again and again.
    let rest = await this.#lines.next();
    while (!rest.done) {
      assertEquals(rest.value, "exhausted");
      rest = await this.#lines.next();
    }
    assert((await this.#process.status).success);
  }
}

const KINDS = [
  ...["tcp", "tcp on the reactor", "unix", "unix on the reactor"],
  "unix+seqpacket",
  "ws",
];

for (const kind of KINDS) {
  const [scheme, ...reactor] = kind.split(" on the ");
  testWith(
    "all",
    `${kind}: a server without descriptors serves all its clients in the end`,
    async () => {
      await using dir = new TempDir();
      await using server = new Server(
        scheme === "tcp" || scheme === "ws"
          ? `${scheme}://127.0.0.1:0`
          : `${scheme}:${dir.file("s")}`,
        ...reactor,
      );
      const address = await server.says("listening");
      // Those that are served stay, until the server has no descriptor left.
      const exhausted = server.says("exhausted");
      const served = Array.from({ length: CLIENTS }, async (_, i) => {
        const client = await connect(address);
        assertEquals((await client.call(1, `${i}`)).text(), `${i}`);
        await exhausted;
        await client.close();
      });
      await Promise.all([exhausted, ...served]);
    },
  );
}
