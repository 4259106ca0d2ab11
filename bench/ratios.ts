/**
 * Runs the benches and gives ratios to raw reads and writes of the same run, with
 * client and server pinned: `deno run -A bench/ratios.ts [--rounds N] [--transport
 * NAME|NAME] [--on split|same] [--only PATTERN] [--json FILE] [--readme]`.
 *
 * Transports are tcp, unix and seqpacket, and, where they are named, tcp-reactor and
 * rings.
 *
 * @module
 */
import { canPin, type Cpu, denoCommand } from "./support/pinning.ts";
import { ServerProcess } from "./support/server_process.ts";
import { writeFigures } from "./support/readme.ts";
import { needsFfi, TITLES, type TransportName } from "./support/shape.ts";
import type { Result } from "./support/rounds.ts";
import {
  type Arrangement,
  type ResultSet,
  toLimitTable,
  toTable,
} from "./support/table.ts";
import { chosen, option } from "./support/option.ts";

interface Place {
  readonly arrangement: Arrangement;
  readonly title: string;
  readonly client: Cpu;
  readonly server: Cpu;
}

const places: readonly Place[] = [
  { arrangement: "split", title: "two CPUs", client: 0, server: 1 },
  { arrangement: "same", title: "one CPU", client: 0, server: 0 },
];
const unpinned: Place = {
  arrangement: "unpinned",
  title: "not pinned",
  client: null,
  server: null,
};
const transports = (option("transport") ?? "tcp|unix|seqpacket")
  .split("|") as TransportName[];

const rounds = option("rounds") ?? "7";
const only = option("only") ?? "";
const pinned = await canPin([0, 1]);
if (!pinned) {
  console.log(
    "No taskset with CPUs 0 and 1 here: the processes run unpinned, and the",
    "limits, which are for pinned ones, are not checked.\n",
  );
}
const chosenPlaces = pinned
  ? places.filter((place) => chosen("on", place.arrangement))
  : [unpinned];

const sets: ResultSet[] = [];
for (const transport of transports) {
  for (const place of chosenPlaces) {
    const set = {
      title: `${TITLES[transport]}, ${place.title}`,
      arrangement: place.arrangement,
      byteStream: transport !== "seqpacket",
      results: await measure(transport, place),
    };
    sets.push(set);
    console.log(toTable(set));
  }
}
const limits = pinned ? toLimitTable(sets) : "";
console.log(limits);

const file = option("json");
if (file !== undefined) {
  Deno.writeTextFileSync(file, JSON.stringify(sets, null, 2));
}
if (Deno.args.includes("--readme")) {
  await writeFigures([limits, ...sets.map(toTable)].join("\n"));
}

async function measure(
  transport: TransportName,
  place: Place,
): Promise<Result[]> {
  await using server = await ServerProcess.start({
    transports: [transport],
    cpu: place.server,
  });
  const addresses = JSON.stringify(server.addresses(transport));
  const client = new URL("./support/ratios_client.ts", import.meta.url).href;
  const { success, stdout } = await denoCommand(place.client, [
    "run",
    "--quiet",
    "--allow-net",
    "--allow-read",
    "--allow-write",
    ...(needsFfi(transport) ? ["--allow-ffi"] : []),
    client,
    addresses,
    rounds,
    only,
  ], { stderr: "inherit" }).output();
  if (!success) throw new Error(`The client failed: ${TITLES[transport]}`);
  return JSON.parse(new TextDecoder().decode(stdout));
}
