/** Peers that send all kinds of control data. */
import { assertEquals, assertRejects } from "@std/assert";
import { MessageType, RpcError } from "../../../mod.ts";
import { controlMessage, rights } from "../support/raw_socket.ts";
import { datagram, nextStream } from "../support/scene.ts";
import { type Cases, remember } from "./case.ts";

const { Stream } = MessageType;
const EINVAL = 22;
const EBADF = 9;

export const HOSTILE_CONTROL: Cases = {
  async "several SCM_RIGHTS in one datagram bring all their descriptors"(
    scene,
  ) {
    const [one, two, three] = scene.samples(3);
    const [peer, raw] = scene.raw();
    const control = rights([one!.fd.fd], [two!.fd.fd, three!.fd.fd]);
    for (const sample of [one!, two!, three!]) sample.arm();
    assertEquals(raw.trySend(datagram(Stream, 0, 1), control), 0);
    const { body } = await nextStream(peer);
    [one!, two!, three!].forEach((sample, i) => sample.check(body.fds[i]!));
    assertEquals(body.fds.length, 3);
    body[Symbol.dispose]();
  },
  async "several SCM_RIGHTS over the limit together are dropped"(scene) {
    const fds = scene.numbers(6);
    const [peer, raw] = scene.raw();
    const assertSame = remember();
    raw.trySend(datagram(Stream, 0, 1), rights(fds, fds));
    const error = await assertRejects(() => peer.recvMessage(), RpcError);
    assertEquals([error.code, error.actual], ["too-many-fds", 12]);
    assertSame();
    raw.send(datagram(Stream, 0, 1, "usable"));
    assertEquals((await nextStream(peer)).text(), "usable");
  },
  async "garbage as control data that the kernel refuses reaches nobody"(
    scene,
  ) {
    const [fd] = scene.numbers(1) as [number];
    const [peer, raw] = scene.raw();
    const assertSame = remember();
    const message = datagram(Stream, 0, 1, "garbage");
    // Lengths that lie, types that there are none of, closed descriptors.
    for (
      const [control, errno] of [
        [controlMessage(1, 1, [fd], 8), EINVAL],
        [controlMessage(1, 1, [fd], 4096), EINVAL],
        [controlMessage(1, 0x77, [fd]), EINVAL],
        [rights([fd, -1]), EBADF],
        [rights([fd, 999_999]), EBADF],
        [rights(Array.from({ length: 254 }, () => fd)), EINVAL],
      ] as const
    ) {
      assertEquals(raw.trySend(message, control), errno);
    }
    // Of another level: it is passed over, and nothing of it arrives.
    assertEquals(raw.trySend(message, controlMessage(0x77, 1, [fd])), 0);
    const { body } = await nextStream(peer);
    assertEquals([body.text(), body.fds.length], ["garbage", 0]);
    // No descriptors at all, said in many words.
    assertEquals(raw.trySend(message, rights([], [])), 0);
    assertEquals((await nextStream(peer)).body.fds, []);
    assertSame();
  },
};
