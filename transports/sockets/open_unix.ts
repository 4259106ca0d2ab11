import { deno } from "../../internal/runtime/deno.ts";
import type { UnixConn } from "./conn.ts";
import { connectNodeUnix } from "./node_connect.ts";

/** Connects to the path of a Unix socket, by what the runtime has. */
export function openUnix(path: string): Promise<UnixConn> {
  return deno === undefined
    ? connectNodeUnix(path)
    : Deno.connect({ transport: "unix", path });
}
