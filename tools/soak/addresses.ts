/** A way to connect, with the options that it takes. */
export interface Link {
  /** Such as `tcp` or `unix on the reactor`. */
  readonly name: string;
  /** The address. A port of 0 is replaced by the one that was picked. */
  readonly address: string;
  /** What `connect` and `bind` take besides. */
  readonly options: { readonly reactor?: boolean };
  /** Whether bodies can carry descriptors. */
  readonly descriptors: boolean;
  /** Whether bodies can be leases. */
  readonly leases: boolean;
}

/** All ways to connect to a server whose sockets are in a folder. */
export function linksIn(folder: string): Link[] {
  const plain = { options: {}, descriptors: false, leases: false };
  const links: Link[] = [
    { ...plain, name: "TCP", address: "tcp://127.0.0.1:0" },
    { ...plain, name: "Unix stream", address: `unix:${folder}/stream` },
    { ...plain, name: "WebSocket", address: "ws://127.0.0.1:0/rpc" },
  ];
  if (Deno.build.os !== "linux") return links;
  const reactor = { reactor: true };
  return [
    ...links,
    {
      ...plain,
      name: "TCP on the reactor",
      address: "tcp://127.0.0.1:0",
      options: reactor,
    },
    {
      ...plain,
      name: "Unix stream on the reactor",
      address: `unix:${folder}/reactor`,
      options: reactor,
    },
    {
      ...plain,
      name: "Unix seqpacket",
      address: `unix+seqpacket:${folder}/seqpacket`,
      descriptors: true,
    },
    {
      ...plain,
      name: "shared rings",
      address: `unix+shm:${folder}/rings`,
      descriptors: true,
      leases: true,
    },
  ];
}
