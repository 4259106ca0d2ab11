/** A link that goes down is noticed by the programs at its ends. */
import { assertEquals } from "@std/assert";
import { PERMISSIONS } from "../support/permissions.ts";
import { ip } from "../support/processes/ip.ts";
import { Program } from "./program.ts";

const HEARTBEAT = 500;
const PORT = 1337;

/** Two network namespaces, with a link between them. */
class Link implements AsyncDisposable {
  readonly here = `rpc_here_${Deno.pid}`;
  readonly there = `rpc_there_${Deno.pid}`;

  /** Makes it; null where the machine doesn't let it. */
  static async make(): Promise<Link | null> {
    const link = new Link();
    const { here, there } = link;
    const at = (name: string) => ["-n", name];
    const steps = [
      ["netns", "add", here],
      ["netns", "add", there],
      ["link", "add", "rpc0", "netns", here, "type", "veth"].concat(
        ["peer", "name", "rpc0", "netns", there],
      ),
      [...at(here), "addr", "add", "10.77.0.1/24", "dev", "rpc0"],
      [...at(there), "addr", "add", "10.77.0.2/24", "dev", "rpc0"],
      [...at(here), "link", "set", "rpc0", "up"],
      [...at(there), "link", "set", "rpc0", "up"],
    ];
    for (const step of steps) {
      if (await ip(...step)) continue;
      await link[Symbol.asyncDispose]();
      return null;
    }
    return link;
  }

  /** The link goes down at the far end: this one's kernel hears nothing of it. */
  cut(): Promise<boolean> {
    return ip("-n", this.there, "link", "set", "rpc0", "down");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // The link goes with either of them.
    await ip("netns", "delete", this.here);
    await ip("netns", "delete", this.there);
  }
}

/** Why two namespaces can't be had; null if they can. */
async function missing(): Promise<string | null> {
  if (!PERMISSIONS.all.granted) return PERMISSIONS.all.flag;
  if (Deno.uid() !== 0) return "root";
  try {
    await using link = await Link.make();
    return link === null ? "a kernel that gives network namespaces" : null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "iproute2";
    throw error;
  }
}

const needed = await missing();
const name =
  "A call over a link that goes down ends, and so does its connection";

Deno.test({
  name: needed === null ? name : `${name} [needs ${needed}]`,
  ignore: needed !== null,
  async fn() {
    await using link = (await Link.make())!;
    const inside = (name: string) => ["ip", "netns", "exec", name];
    await using server = new Program(
      "server_child.ts",
      [`tcp://10.77.0.2:${PORT}`],
      inside(link.there),
    );
    assertEquals(await server.line(), `${PORT}`);
    await using client = new Program(
      "client_child.ts",
      [`tcp://10.77.0.2:${PORT}`, `${HEARTBEAT}`],
      inside(link.here),
    );
    assertEquals(await client.line(), "here");
    assertEquals(await link.cut(), true);
    assertEquals(
      await client.line(),
      "connection-aborted unknown connection-aborted",
    );
  },
});
