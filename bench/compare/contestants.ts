import { buildNative } from "../support/native/native_program.ts";
import { NATS_SERVER } from "../../tests/support/servers/nats_server.ts";
import { buildFloor } from "./floor.ts";

const folder = new URL("./", import.meta.url);
const root = new URL("../../", import.meta.url);

/** What is compared: how its server and its client are started. */
export type Entry =
  & { readonly name: string }
  & (
    | {
      readonly kind: "module";
      /** Its module, which exports a `Contestant`. */
      readonly module: string;
      /** The `deno.json` with its packages. */
      readonly config: string;
      readonly env: Readonly<Record<string, string>>;
    }
    | {
      readonly kind: "native";
      readonly program: string;
      /** Where its server listens. */
      readonly address: string;
    }
    | { readonly kind: "floor"; readonly program: string }
  );

function ours(
  name: string,
  address: string,
  env: Record<string, string> = {},
): Entry {
  return {
    name,
    kind: "module",
    module: new URL("ours.ts", folder).href,
    config: new URL("deno.json", root).pathname,
    env: { COMPARE_ADDRESS: address, ...env },
  };
}

function peer(
  name: string,
  module: string,
  env: Record<string, string> = {},
): Entry {
  return {
    name,
    kind: "module",
    module: new URL(`peers/${module}`, folder).href,
    config: new URL("peers/deno.json", folder).pathname,
    env,
  };
}

/**
 * What this machine can compare. Says what it can't.
 *
 * @param temporary A folder for sockets.
 * @param nats The address of a server of NATS; null if there is none.
 * @param built The native program, if it is built already.
 */
export async function findContestants(
  temporary: string,
  nats: string | null,
  built: string | undefined,
): Promise<Entry[]> {
  const path = (name: string): string => `${temporary}/${name}`;
  const entries = [
    ours("this library, rings", `unix+shm:${path("rings")}`),
    ours("this library, seqpacket", `unix+seqpacket:${path("seqpacket")}`),
    ours("this library, Unix", `unix:${path("unix")}`),
    ours("this library, Unix on the reactor", `unix:${path("reactor")}`, {
      COMPARE_REACTOR: "1",
    }),
    ours("this library, TCP", "tcp://127.0.0.1:0"),
    ours("this library, TCP on the reactor", "tcp://127.0.0.1:0", {
      COMPARE_REACTOR: "1",
    }),
    ours("this library, WebSocket", "ws://127.0.0.1:0/"),
    {
      ...ours("raw Deno.Conn", ""),
      module: new URL("raw_deno.ts", folder).href,
    },
    peer("gRPC, a call each", "grpc_unary.ts"),
    peer("gRPC, one stream", "grpc_bidi.ts"),
    peer("Connect", "connect.ts"),
    peer("Cap'n Web", "capn_web.ts"),
    peer("tRPC over ws", "trpc.ts"),
    peer("vscode-jsonrpc", "json_rpc.ts"),
  ];
  if (nats !== null) {
    entries.push(peer("NATS", "nats.ts", { COMPARE_NATS: nats }));
  } else console.error("Skipping NATS: there is no nats-server");
  const native = built === undefined ? await buildNative() : { path: built };
  if ("path" in native) {
    const program = native.path;
    const add = (transport: string, address: string): void => {
      const name = `native crate, ${transport}`;
      entries.push({ name, kind: "native", program, address });
    };
    add("seqpacket", `unix+seqpacket:${path("native_seqpacket")}`);
    add("Unix", `unix:${path("native_unix")}`);
    add("TCP", "tcp://127.0.0.1:0");
  } else console.error(`Skipping the native crate: ${native.missing}`);
  const floor = await buildFloor(path("floor"));
  if (floor !== null) {
    entries.push({ name: "blocking C", kind: "floor", program: floor });
  } else console.error("Skipping the sockets in C: there is no cc");
  return entries;
}

/** The program that serves NATS; null if there is none. */
export const NATS_PROGRAM: string | null = NATS_SERVER;
