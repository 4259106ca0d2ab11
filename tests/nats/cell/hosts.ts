import { PERMISSIONS } from "../../support/permissions.ts";
import { ip } from "../../support/processes/ip.ts";

/** A machine of the cell. */
export interface Host {
  /** Its address. */
  readonly ip: string;
  /** The command that a program there is an argument of; empty on this machine itself. */
  readonly inside: readonly string[];
}

/** Two machines. */
export interface Hosts extends AsyncDisposable {
  readonly hosts: readonly [Host, Host];
}

/** This machine twice. */
export function sameMachine(): Hosts {
  const host = { ip: "127.0.0.1", inside: [] };
  return {
    hosts: [host, host],
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** Two network namespaces; null where the machine doesn't let it. */
export async function namespaces(): Promise<Hosts | null> {
  if (!PERMISSIONS.all.granted || Deno.uid() !== 0) return null;
  const names = ["a", "b"].map((name) => `rpc_nats_${name}_${Deno.pid}`);
  const hosts = await makeNamespaces(names as [string, string]);
  if (hosts === null) {
    await removeNamespaces(names);
    return null;
  }
  return {
    hosts,
    [Symbol.asyncDispose]: () => removeNamespaces(names),
  };
}

async function makeNamespaces(
  [here, there]: [string, string],
): Promise<[Host, Host] | null> {
  const steps = [
    ["netns", "add", here],
    ["netns", "add", there],
    ["link", "add", "rpc0", "netns", here, "type", "veth"].concat(
      ["peer", "name", "rpc0", "netns", there],
    ),
    ["-n", here, "addr", "add", "10.78.0.1/24", "dev", "rpc0"],
    ["-n", there, "addr", "add", "10.78.0.2/24", "dev", "rpc0"],
    ["-n", here, "link", "set", "rpc0", "up"],
    ["-n", there, "link", "set", "rpc0", "up"],
    // A node of NATS connects to itself too.
    ["-n", here, "link", "set", "lo", "up"],
    ["-n", there, "link", "set", "lo", "up"],
  ];
  for (const step of steps) if (!await ip(...step)) return null;
  const at = (name: string, ip: string): Host => ({
    ip,
    inside: ["ip", "netns", "exec", name],
  });
  return [at(here, "10.78.0.1"), at(there, "10.78.0.2")];
}

async function removeNamespaces(names: readonly string[]): Promise<void> {
  for (const name of names) await ip("netns", "delete", name);
}
