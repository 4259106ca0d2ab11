/**
 * Frames of 64 MiB from a camera process to a viewer process: as leases over rings in
 * shared memory, in shared memory beside a Unix seqpacket socket, and, for comparison,
 * through a Unix stream. It takes a few seconds. Linux only.
 *
 *     deno run -A examples/camera.ts [--frames N] [--mib N]
 *
 * This is the viewer; it starts camera_server.ts in a process of its own.
 */
import { TextLineStream } from "@std/streams";
import { type Report, view } from "./camera_viewer.ts";

const order = {
  frames: option("frames", 100),
  size: option("mib", 64) * 1024 * 1024,
};
const folder = Deno.makeTempDirSync({ prefix: "rpc_camera_" });
try {
  const shared = await measure(
    "shared memory",
    `unix+seqpacket:${folder}/shared.sock`,
  );
  const leased = await measure(
    "leases, rings",
    `unix+shm:${folder}/rings.sock`,
  );
  const copied = await measure("Unix stream", `unix:${folder}/stream.sock`);
  const part = ({ handingOver }: Report): string =>
    (100 * handingOver / copied.handingOver).toFixed(1);
  console.log(`
| frames by way of | frames/s |   MB/s | filling | handing over | reading |
| ---------------- | -------: | -----: | ------: | -----------: | ------: |
${row("leases, rings", leased)}
${row("shared memory", shared)}
${row("Unix stream", copied)}

Handing over takes ${part(shared)} % of the time of a Unix stream, and ${
    part(leased)
  } % with leases over rings`);
} finally {
  Deno.removeSync(folder, { recursive: true });
}

async function measure(name: string, address: string): Promise<Report> {
  const server = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "-A",
      new URL("./camera_server.ts", import.meta.url).href,
      address,
    ],
    stdout: "piped",
  }).spawn();
  const lines = server.stdout.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream()).getReader();
  try {
    const { done } = await lines.read();
    if (done) throw new Error("The camera didn't start");
    return await view(
      address,
      order,
      (line) => console.log(`${name.padEnd(14)}│ ${line}`),
    );
  } finally {
    server.kill("SIGINT");
    await lines.cancel();
    await server.status;
  }
}

function row(name: string, report: Report): string {
  const ms = (time: number): string => `${time.toFixed(2)} ms`;
  const cells = [
    name.padEnd(16),
    report.framesPerSecond.toFixed(1).padStart(8),
    (report.bytesPerSecond / 1e6).toFixed(0).padStart(6),
    ms(report.filling).padStart(7),
    ms(report.handingOver).padStart(12),
    ms(report.reading).padStart(7),
  ];
  return `| ${cells.join(" | ")} |`;
}

function option(name: string, byDefault: number): number {
  const index = Deno.args.indexOf(`--${name}`);
  const value = index < 0 ? byDefault : Number(Deno.args[index + 1]);
  if (Number.isInteger(value) && value > 0) return value;
  throw new TypeError(`--${name} must be a positive integer`);
}
