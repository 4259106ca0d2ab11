import { assert } from "@std/assert";

const SCRIPT = new URL("../../wireshark/fizyr_rpc.lua", import.meta.url)
  .pathname;

/** What the dissector says of a message: its fields without their prefix. */
export interface Decoded {
  /** The number of the frame in which it ends. */
  readonly frame: number;
  /** When that was, in seconds since the first one. */
  readonly at: number;
  readonly fields: Readonly<Record<string, string>>;
  /** The names of what is remarkable about it. */
  readonly notes: readonly string[];
}

type Tree = { readonly [name: string]: string | Tree | Tree[] };

/** Has tshark dissect a capture, in two passes as Wireshark does. */
export async function decode(
  capture: Uint8Array,
  options: readonly string[],
): Promise<Decoded[]> {
  const json = await tshark(capture, [
    ...options,
    ...["-Y", "fizyr_rpc", "-T", "json", "--no-duplicate-keys"],
    ...["-j", "frame fizyr_rpc _ws.expert"],
  ]);
  const packets: { _source: { layers: Tree } }[] = JSON.parse(json || "[]");
  return packets.flatMap(({ _source }) => messagesOf(_source.layers));
}

/** The lines that the packet list shows: the first pass builds no tree for them. */
export async function summarize(
  capture: Uint8Array,
  options: readonly string[],
): Promise<string[]> {
  const columns = `gui.column.format:"Protocol","%p","Info","%i"`;
  const lines = await tshark(capture, [...options, "-o", columns]);
  const pattern = /^ *FizyrRPC (.+?) *$/gm;
  return [...lines.matchAll(pattern)].map(([, info]) => info!);
}

async function tshark(
  capture: Uint8Array,
  options: readonly string[],
): Promise<string> {
  const file = await Deno.makeTempFile({ suffix: ".pcapng" });
  try {
    await Deno.writeFile(file, capture);
    const script = `lua_script:${SCRIPT}`;
    const { success, stdout, stderr } = await new Deno.Command("tshark", {
      args: ["-r", file, "-n", "-2", "-X", script, ...options],
    }).output();
    const errors = new TextDecoder().decode(stderr);
    assert(success && !errors.includes("Lua"), errors);
    return new TextDecoder().decode(stdout);
  } finally {
    await Deno.remove(file);
  }
}

function messagesOf({ frame, fizyr_rpc }: Tree): Decoded[] {
  const { "frame.number": number, "frame.time_relative": at } = frame as Tree;
  return all(fizyr_rpc).map((message) => ({
    frame: Number(number),
    at: Number(at),
    fields: Object.fromEntries(
      Object.entries(message)
        .filter((entry): entry is [string, string] =>
          typeof entry[1] === "string" && entry[0].startsWith("fizyr_rpc.")
        )
        .map(([name, value]) => [name.slice("fizyr_rpc.".length), value]),
    ),
    notes: all(message["_ws.expert"])
      .flatMap((note) => Object.keys(note))
      .filter((name) => name.startsWith("fizyr_rpc."))
      .map((name) => name.slice("fizyr_rpc.".length)),
  }));
}

/** One, or several, or none. */
function all(tree: Tree[string] | undefined): Tree[] {
  if (tree === undefined || typeof tree === "string") return [];
  return Array.isArray(tree) ? tree : [tree as Tree];
}
