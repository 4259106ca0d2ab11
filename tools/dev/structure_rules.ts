import { findCircles, type ImportGraph, readImports } from "./import_graph.ts";
import { folderOf, type SourceFile } from "./source_tree.ts";

/** The largest numbers of files in a folder, and of lines in a file. */
const MAX_FILES = 25;
const MAX_LINES = 400;

/**
 * The rooms of the library. A room imports only itself and rooms of a lower floor;
 * `mod.ts` may import any room. Add a new room here, with its floor.
 */
const FLOORS: Readonly<Record<string, number>> = {
  protocol: 0,
  internal: 1,
  transports: 2,
  peer: 3,
  listener: 4,
  diagnostics: 4,
  interface: 5,
  endpoints: 5,
  reconnect: 6,
  supervise: 7,
  inspector: 7,
  cli: 8,
  nats: 6,
  otel: 6,
};

/** What several transports share: every other folder of `transports/` is one transport. */
const SHARED = new Set([
  "descriptor",
  "framed",
  "libc",
  "messages",
  "reactor",
  "reactor_sockets",
  "sockets",
  "unix",
]);

/** Transports that are built on others, which they import. */
const BUILT_ON: Readonly<Record<string, readonly string[]>> = {
  // Descriptors and wake-ups go by a seqpacket socket; memory is mapped.
  shared_ring: ["unix_seqpacket", "shared_memory"],
};

/** Folders that belong to no room of the library. */
const OUTSIDE = new Set([
  "bench",
  "examples",
  "links",
  "tests",
  "tools",
]);

/**
 * Checks how the project is laid out.
 *
 * @returns What breaks a rule, one line each.
 */
export function checkStructure(sources: readonly SourceFile[]): string[] {
  const library = sources.filter(({ path }) => !OUTSIDE.has(roomOf(path)));
  const imports = readImports(library);
  return [
    ...checkDirections(imports),
    ...findCircles(imports).map((way) => `circle: ${way.join(" -> ")}`),
    ...checkSizes(sources),
  ];
}

function checkDirections(imports: ImportGraph): string[] {
  const offenders: string[] = [];
  for (const [file, targets] of imports) {
    for (const target of targets) {
      const why = forbidden(file, target);
      if (why !== null) offenders.push(`${file} imports ${target}: ${why}`);
    }
  }
  return offenders;
}

/** The reason why a file must not import another one; null if it may. */
function forbidden(file: string, target: string): string | null {
  const from = roomOf(file), to = roomOf(target);
  if (OUTSIDE.has(to)) return `${to}/ is no part of the library`;
  if (to === "" && from !== "") return "nothing imports what lies in the root";
  if (from !== "" && from !== to) {
    const floor = FLOORS[from];
    if (floor === undefined) return `${from}/ has no floor in FLOORS`;
    if (!(FLOORS[to]! < floor)) return `${to}/ is not below ${from}/`;
  }
  if (to !== "transports") return null;
  if (from !== to) return null;
  const carrier = transportOf(target);
  if (carrier === null) return null;
  const own = transportOf(file);
  if (file === "transports/mod.ts" || own === carrier) return null;
  if (own !== null && BUILT_ON[own]?.includes(carrier)) return null;
  return `only ${carrier}/ itself imports that transport`;
}

/** The first folder of a path; `""` for a file of the root. */
function roomOf(path: string): string {
  return path.slice(0, Math.max(path.indexOf("/"), 0));
}

/** The transport whose folder a file lies in; null for what transports share. */
function transportOf(path: string): string | null {
  const [, folder, file] = path.split("/");
  return file === undefined || SHARED.has(folder!) ? null : folder!;
}

function checkSizes(sources: readonly SourceFile[]): string[] {
  const offenders: string[] = [];
  const files = new Map<string, number>();
  for (const { path, text } of sources) {
    const folder = folderOf(path);
    files.set(folder, (files.get(folder) ?? 0) + 1);
    const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
    if (lines > MAX_LINES) {
      offenders.push(`${path} has ${lines} lines, of at most ${MAX_LINES}`);
    }
  }
  for (const [folder, count] of files) {
    if (count > MAX_FILES) {
      offenders.push(`${folder}/ has ${count} files, of at most ${MAX_FILES}`);
    }
  }
  return offenders;
}
