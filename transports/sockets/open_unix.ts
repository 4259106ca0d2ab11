import { deno } from "../../internal/runtime/deno.ts";
import type { UnixConn } from "./conn.ts";

/** Connects to the path of a Unix socket, by what the runtime has. */
export async function openUnix(path: string): Promise<UnixConn> {
  if (deno !== undefined) {
    return await Deno.connect({ transport: "unix", path });
  }
  const { connectNodeUnix } = await import("./node_connect.ts");
  return await connectNodeUnix(path);
}
