/**
 * `deno task npm:parts`: what bundles for browsers consist of, as Markdown. For each
 * folder of the sources: its bytes, minified, and by how much the compressed bundle
 * would be smaller without them. Takes what `deno task npm` has installed in
 * `npm/build/`.
 *
 * @module
 */
import { type Piece, piecesOf } from "./source_map.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const ESBUILD = `${ROOT}npm/build/node_modules/.bin/esbuild`;

/** The bundles by name, with what they import of the sources. */
const BUNDLES: Readonly<Record<string, string>> = {
  "A typed client of a WebSocket": `
    import { body, defineInterface } from "./interface/mod.ts";
    import { connect } from "./endpoints/websocket_browser.ts";
    const services = { name: { id: 1, response: body() } };
    const Camera = defineInterface({ name: "Camera", services });
    export const camera = async (url) => Camera.client(await connect(url));
  `,
  "Peer and protocol": `
    export * from "./peer/mod.ts";
    export * from "./protocol/mod.ts";
  `,
  "Peer, protocol and TCP": `
    export * from "./peer/mod.ts";
    export * from "./protocol/mod.ts";
    export * from "./endpoints/tcp.ts";
  `,
  "Peer, protocol and seqpacket": `
    export * from "./peer/mod.ts";
    export * from "./protocol/mod.ts";
    export * from "./endpoints/unix_seqpacket.ts";
  `,
};

/** Bundles a program, and gives the pieces of what it becomes. */
async function bundle(program: string): Promise<Piece[]> {
  const child = new Deno.Command(ESBUILD, {
    args: [
      "--bundle",
      "--format=esm",
      "--platform=browser",
      "--target=es2022",
      "--minify",
      "--sourcemap=inline",
      "--sources-content=false",
      "--external:node:*",
      "--tsconfig-raw={}",
      "--log-level=error",
    ],
    cwd: ROOT,
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(program));
  await writer.close();
  const { success, stdout } = await child.output();
  if (!success) throw new Error("esbuild has failed");
  return piecesOf(new TextDecoder().decode(stdout));
}

async function compressed(pieces: readonly Piece[]): Promise<number> {
  const text = pieces.map(({ code }) => code).join("");
  const stream = new Blob([text]).stream()
    .pipeThrough(new CompressionStream("gzip"));
  return (await new Response(stream).arrayBuffer()).byteLength;
}

/** The first two folders of a source, as in `peer/handles`. */
function folderOf(source: string): string {
  return source.split("/").slice(0, -1).slice(0, 2).join("/");
}

function length(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { code }) => sum + code.length, 0);
}

function kb(bytes: number): string {
  return (bytes / 1000).toFixed(1);
}

async function describe(name: string, program: string): Promise<void> {
  const pieces = await bundle(program);
  const size = await compressed(pieces);
  const rows: { folder: string; bytes: number; saved: number }[] = [];
  for (
    const [folder, own] of Map.groupBy(pieces, ({ source }) => folderOf(source))
  ) {
    const others = pieces.filter((piece) => !own.includes(piece));
    const saved = size - await compressed(others);
    rows.push({ folder, bytes: length(own), saved });
  }
  rows.sort((a, b) => b.saved - a.saved);
  console.log(`${name}: ${kb(length(pieces))} KB, compressed ${kb(size)}\n`);
  console.log("| folder | KB | compressed |\n| --- | --- | --- |");
  for (const { folder, bytes, saved } of rows) {
    console.log(`| \`${folder}/\` | ${kb(bytes)} | ${kb(saved)} |`);
  }
  console.log();
}

if (import.meta.main) {
  for (const [name, program] of Object.entries(BUNDLES)) {
    await describe(name, program);
  }
}
