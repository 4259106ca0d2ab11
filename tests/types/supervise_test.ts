import type { PeerHandle, StreamBody, UnixBody } from "../../mod.ts";
import type { Link } from "../../reconnect/mod.ts";
import {
  connectToParent,
  type PipeInfo,
  supervise,
  type SuperviseOptions,
} from "../../supervise/mod.ts";
import { compiles, type Equal, holds } from "./support.ts";

const command = ["program"] as const;

Deno.test("The bodies of a program's link follow from its socket or address", () => {
  compiles((path: string, options: SuperviseOptions) => {
    const plain = [
      supervise({ command, maxBodyLenRead: 1 }),
      supervise({ command, socket: "stream" }),
      supervise({ command, address: `unix:${path}` }),
      supervise(options),
    ];
    for (const { link } of plain) {
      holds<Equal<typeof link, Link<StreamBody>>>();
    }
    const withDescriptors = [
      supervise({
        command,
        socket: "seqpacket",
        maxFdsWrite: 1,
        ready(peer) {
          holds<Equal<typeof peer, PeerHandle<UnixBody>>>();
        },
      }),
      supervise({ command, address: "unix+shm:/run/cell.sock" }),
    ];
    for (const { link } of withDescriptors) {
      holds<Equal<typeof link, Link<UnixBody>>>();
    }
    const any = supervise({ command, address: path }).link;
    holds<Equal<typeof any, Link<StreamBody | UnixBody>>>();
    // @ts-expect-error there is no such socket
    supervise({ command, socket: "dgram" });
    // @ts-expect-error a link to one program has no strategy
    supervise({ command, strategy: "failover" });
  });
});

Deno.test("connectToParent gives bodies with descriptors over a seqpacket socket", () => {
  compiles(() => {
    const stream = connectToParent({ maxBodyLenRead: 1 });
    holds<Equal<typeof stream, PeerHandle<StreamBody, PipeInfo>>>();
    const seqpacket = connectToParent({ socket: "seqpacket", maxFdsRead: 1 });
    const body = seqpacket.call(1, "").then(({ body }) => body);
    holds<Equal<Awaited<typeof body>, UnixBody>>();
    // @ts-expect-error a stream carries no descriptors
    connectToParent({ maxFdsRead: 1 });
  });
});
