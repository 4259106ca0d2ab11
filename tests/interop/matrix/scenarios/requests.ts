import { assertEquals } from "@std/assert";
import { ANSWER_AS, ECHO } from "../../support/services.ts";
import type { Scenario } from "../scenario.ts";

const SERVICES = [0, 10, -2, 2 ** 31 - 1, -(2 ** 31) + 16];

/** A response is a success whatever its service id says, but for -1. */
export const requests: Scenario = {
  name: "requests are answered, with any service id",

  async toNative(scene) {
    const [peer, native] = await scene.toNative();
    for (const service of [...SERVICES, -1]) {
      const request = await peer.sendRequest(ANSWER_AS, String(service));
      const response = await request.recvResponse();
      assertEquals(response.header.serviceId, service);
      assertEquals(response.isError, service === -1);
      assertEquals(response.text(), String(service));
    }
    for (const text of ["Hello World!", ""]) {
      assertEquals((await peer.call(ECHO, text)).text(), text);
    }
    await scene.endToNative(peer, native);
  },

  async fromNative(scene) {
    await scene.script("answers", [
      ...SERVICES.map((service) => `response ${service}: ${service}`),
      "error: -1",
      "response 1: Hello World!",
      "response 1: ",
    ]);
  },
};
