/**
 * Shows where client and server spend their time in one measure: `deno run -A
 * bench/profile.ts "256 in flight" [TRANSPORT] [ROUNDS]`.
 *
 * - Each is pinned to a CPU of its own, if taskset is there.
 *
 * @module
 */
import { topOfProfile } from "./support/cpu_profile.ts";
import { canPin, denoCommand } from "./support/pinning.ts";
import type { TransportName } from "./support/shape.ts";
import { ServerProcess } from "./support/server_process.ts";

const [name = "256 in flight", transportName = "tcp", rounds = "15"] =
  Deno.args;
const transport = transportName as TransportName;
const pinned = await canPin([0, 1]);
const folder = await Deno.makeTempDir({ prefix: "rpc_profile_" });
const flags = (side: string): string[] => [
  "--cpu-prof",
  `--cpu-prof-dir=${folder}`,
  `--cpu-prof-name=${side}.cpuprofile`,
  "--cpu-prof-interval=200",
];

{
  await using server = await ServerProcess.start({
    transports: [transport],
    cpu: pinned ? 1 : null,
    denoArgs: flags("server"),
  });
  await denoCommand(pinned ? 0 : null, [
    "run",
    "-A",
    ...flags("client"),
    new URL("./support/profile_client.ts", import.meta.url).href,
    JSON.stringify(server.addresses(transport)),
    name,
    rounds,
  ], { stdout: "inherit", stderr: "inherit" }).output();
}

for (const side of ["client", "server"]) {
  const path = `${folder}/${side}.cpuprofile`;
  console.log(`\n${side} (${path}):`);
  console.log(topOfProfile(Deno.readTextFileSync(path), 30));
}
