/** Messages that can't be sent, for what is wrong with their descriptors. */
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type FileDescriptor, RpcError } from "../../../mod.ts";
import { assertUsable, nextRequest, nextStream } from "../support/scene.ts";
import { type Cases, remember } from "./case.ts";

export const SPOILED: Cases = {
  async "a closed descriptor is a TypeError at once"(scene) {
    const [fd, open] = scene.fds(2) as [FileDescriptor, FileDescriptor];
    const [a, b] = scene.pair();
    fd.close();
    const assertSame = remember();
    const body = { data: "x", fds: [open, fd] };
    await assertRejects(() => a.sendStream(1, body), TypeError, "closed");
    await assertRejects(() => a.sendRequest(1, body), TypeError, "closed");
    await assertRejects(() => a.call(1, body), TypeError, "closed");
    const other = await b.sendRequest(2, "");
    const { request } = await nextRequest(a);
    await assertRejects(() => request.sendUpdate(1, body), TypeError);
    await assertRejects(() => request.sendResponse(1, body), TypeError);
    await request.sendResponse(2, "open");
    assertEquals((await other.recvResponse()).text(), "open");
    await assertUsable(a, b);
    assertSame();
  },
  async "a descriptor that is closed before its send has resolved"(scene) {
    const [a, b] = scene.pair();
    const body = { data: "x", fds: [] as FileDescriptor[] };
    const spoil = (send: () => Promise<unknown>) => async () => {
      const [good, spoilt] = scene.fds(2) as [FileDescriptor, FileDescriptor];
      body.fds = [good, spoilt];
      const sent = send();
      spoilt.close();
      await sent;
    };
    const code = async (send: () => Promise<unknown>): Promise<void> => {
      const before = a.sendStream(1, "before");
      const refused = assertRejects(spoil(send), RpcError);
      const behind = a.sendStream(2, "behind");
      const error = await refused;
      assertEquals([error.code, error.fatal], ["encode-failed", false]);
      assertEquals((await nextStream(b)).text(), "before");
      assertEquals((await nextStream(b)).text(), "behind");
      await Promise.all([before, behind]);
    };
    await code(() => a.sendStream(1, body));
    await code(() => a.sendRequest(1, body));
    assertEquals(a.stats().openSentRequests, 0);
    const other = await b.sendRequest(2, "");
    const { request } = await nextRequest(a);
    await code(() => request.sendUpdate(1, body));
    await code(() => request.sendResponse(1, body));
    assertEquals(request.closed, false);
    await request.sendResponse(2, "open");
    assertEquals((await other.recvResponse()).text(), "open");
    await assertUsable(a, b);
  },
  async "serve answers with an error what it can't answer"(scene) {
    const [fd] = scene.fds(1) as [FileDescriptor];
    const errors: unknown[] = [];
    const [a, b] = scene.pair({
      maxFdsWrite: 3,
      onError: (e) => errors.push(e),
    });
    const serving = b.serve({
      1: () => ({ data: "", fds: [fd, fd, fd, fd] }),
      2: (_request) => {
        const copy = fd.dup();
        queueMicrotask(() => copy.close());
        return { data: "", fds: [copy] };
      },
    });
    const many = await assertRejects(() => a.call(1, ""), RpcError);
    assertStringIncludes(many.message, "maxFdsWrite");
    const closed = await assertRejects(() => a.call(2, ""), RpcError);
    assertStringIncludes(closed.message, "closed");
    assertEquals(errors.length, 2);
    await a.close();
    await serving;
  },
  async "wrong descriptors are a TypeError"(scene) {
    const [a] = scene.pair();
    for (const fds of [[3], [null], ["x"], 3]) {
      const body = { data: "", fds } as unknown as { data: string };
      await assertRejects(() => a.sendStream(1, body), TypeError);
    }
  },
};
