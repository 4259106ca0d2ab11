/**
 * Measures frames of 64 MiB to another process, in shared memory and through a Unix
 * stream, with both processes pinned: `deno run -A bench/frames.ts [--rounds N]
 * [--on split|same] [--readme]`. Linux only.
 *
 * - Filling, handing over and reading are measured apart.
 *
 * @module
 */
import { frameMeasure } from "./support/frames/frame_measures.ts";
import { LineProcess } from "./support/line_process.ts";
import { canPin, type Cpu, denoCommand } from "./support/pinning.ts";
import { writeFigures } from "./support/readme.ts";
import type { Result } from "./support/rounds.ts";
import { type ResultSet, toTable } from "./support/table.ts";
import { option } from "./support/option.ts";

/**
 * The most time that handing over may take, as a part of the time of a body on a
 * Unix stream.
 */
const LIMIT = 0.1;

const places: readonly (Pick<ResultSet, "arrangement" | "title"> & {
  readonly server: Cpu;
})[] = [
  { arrangement: "split", title: "Frames, two CPUs", server: 1 },
  { arrangement: "same", title: "Frames, one CPU", server: 0 },
];

const rounds = option("rounds") ?? "5";
const pinned = await canPin([0, 1]);
if (!pinned) console.log("No taskset with CPUs 0 and 1: nothing is pinned.\n");

const texts: string[] = [];
for (const { arrangement, title, server } of places) {
  if ((option("on") ?? arrangement) !== arrangement) continue;
  const results = await measure(pinned ? 0 : null, pinned ? server : null);
  const text = `${
    toTable({ arrangement, title, results, byteStream: false })
  }\n${verdict(results)}\n`;
  console.log(text);
  texts.push(text);
}
if (Deno.args.includes("--readme")) {
  await writeFigures(texts.join("\n"), "## Figures of frames\n");
}

async function measure(client: Cpu, server: Cpu): Promise<Result[]> {
  const folder = await Deno.makeTempDir({ prefix: "rpc_frames_" });
  await using stack = new AsyncDisposableStack();
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const script = (name: string): URL =>
    new URL(`./support/${name}`, import.meta.url);
  const listening = stack.use(
    LineProcess.startDeno(server, script("frames/frame_server.ts"), [folder]),
  );
  await listening.readLine();
  const { success, stdout } = await denoCommand(client, [
    "run",
    "--quiet",
    "-A",
    script("frames/frame_client.ts").href,
    folder,
    rounds,
  ], { stderr: "inherit" }).output();
  if (!success) throw new Error("The client failed");
  return JSON.parse(new TextDecoder().decode(stdout));
}

function verdict(results: readonly Result[]): string {
  const pooled = results.find(({ name, against }) =>
    name === frameMeasure.POOL && against === frameMeasure.STREAM
  );
  const part = pooled?.ratios?.p50 ?? NaN;
  const word = part < LIMIT ? "pass" : "**FAIL**";
  return `Handing over takes ${
    (100 * part).toFixed(1)
  } % of a Unix stream's time, at most ${100 * LIMIT} %: ${word}`;
}
