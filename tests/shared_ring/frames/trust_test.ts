/** Who is given views of another process's memory. */
import { assertEquals } from "@std/assert";
import {
  type BodyInput,
  type FileDescriptor,
  Peer,
  type SharedRingConfig,
  type UnixBody,
} from "../../../mod.ts";
import { isShared } from "../../../protocol/body.ts";
import { ChannelTransport } from "../../../transports/channel_transport.ts";
import { Libc } from "../../../transports/libc/libc.ts";
import { toRingBody } from "../../../transports/shared_ring/frames/lease_body.ts";
import type { RingRole } from "../../../transports/shared_ring/rings.ts";
import { SharedRingChannel } from "../../../transports/shared_ring/shared_ring_channel.ts";
import { resolveSharedRingConfig } from "../../../transports/shared_ring/shared_ring_config.ts";
import type { SharedRingInfo } from "../../../transports/shared_ring/shared_ring_transport.ts";
import { seqpacketPair } from "../../../transports/unix_seqpacket/seqpacket_socket.ts";
import { testWith } from "../../support/permissions.ts";
import type { RingPeer } from "../support/raw_rings.ts";
import {
  assertFilled,
  frameOf,
  FrameScene,
  LEN,
  soon,
  uses,
} from "./support.ts";

/** A transport that is told of whom the other process is. */
class TransportOf extends ChannelTransport<UnixBody, SharedRingInfo> {
  constructor(
    libc: Libc,
    socket: FileDescriptor,
    role: RingRole,
    uid: number,
    config: SharedRingConfig,
  ) {
    const credentials = { uid, gid: 0, pid: 1 };
    const resolved = resolveSharedRingConfig(config);
    super(
      new SharedRingChannel(libc, socket, role, resolved, credentials),
      { credentials },
    );
  }

  toBody(input: BodyInput<UnixBody>): UnixBody {
    return toRingBody(input);
  }

  override ref(): void {}
  override unref(): void {}
}

/** Two ends that are told that the other one's process is of this or another user. */
function transports(
  isAnother: boolean,
  options: SharedRingConfig = {},
): [TransportOf, TransportOf] {
  using libc = Libc.require("A test");
  const uid = libc.symbols.geteuid() + (isAnother ? 1 : 0);
  const [a, b] = seqpacketPair(libc);
  return [
    new TransportOf(libc, a, "connect", uid, options),
    new TransportOf(libc, b, "accept", uid, options),
  ];
}

const CASES: readonly [
  name: string,
  options: SharedRingConfig,
  isAnother: boolean,
  isView: boolean,
][] = [
  ["a process of the same user gives views", {}, false, true],
  ["one of another user gives copies", {}, true, false],
  ["trustFrames makes views of both", { trustFrames: true }, true, true],
];

for (const [name, options, isAnother, isView] of CASES) {
  testWith("ffi", name, async () => {
    await using scene = new FrameScene();
    const [owner, viewer] = transports(isAnother, options)
      .map((transport) => scene.use(Peer.spawn(transport))) as [
        RingPeer,
        RingPeer,
      ];
    const pool = scene.pool(owner);
    {
      using lease = pool.lend(LEN);
      lease.bytes.fill(1);
      await owner.sendStream(1, lease);
    }
    const message = await frameOf(viewer);
    assertEquals(isShared(message.body), isView);
    assertFilled(message.body.data, 1);
    // A copy is nobody's but the receiver's.
    assertEquals(uses(pool), [1, isView ? 1 : 0]);
    message[Symbol.dispose]();
  });
}

testWith("ffi", "a read ends behind a large copy", async () => {
  await using scene = new FrameScene();
  const [there, here] = transports(true);
  const owner = scene.use(Peer.spawn(there));
  const pool = scene.pool(owner);
  const count = 5;
  const sent = Array.from({ length: count }, () => {
    using lease = pool.lend(1024 * 1024);
    return owner.sendStream(1, lease);
  });
  const reader = here.readable.getReader();
  const batches: number[] = [];
  for (let received = 0; received < count;) {
    const { value = [] } = await soon(reader.read());
    received += value.length;
    // A read may have nothing complete.
    if (value.length > 0) batches.push(value.length);
  }
  assertEquals(batches, Array(count).fill(1));
  await Promise.all(sent);
  await here.close();
});
