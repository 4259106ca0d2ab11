/** Streams of the server where several interfaces are served on one connection. */
import { assertEquals, assertThrows } from "@std/assert";
import {
  body,
  Broadcast,
  defineInterface,
  serve,
} from "../../../interface/mod.ts";
import { conformance } from "../../support/conformance.ts";
import { ROBOT, Robot } from "./support.ts";

const Camera = defineInterface({
  name: "Camera",
  services: { watch: { id: 2 }, focus: { id: 3 } },
  streams: {
    // The other side sends it: it may have the id of one that is served.
    temperature: { id: 3, from: "server", body: body<number>() },
    zoom: { id: 9, body: body<number>() },
  },
});

conformance(
  "interfaces with streams in both directions are served together",
  async (scene) => {
    const [peer, server] = await scene.pair();
    using temperatures = new Broadcast(Camera.streams.temperature);
    const zooms: number[] = [];
    serve(
      server,
      Robot.implement(ROBOT),
      Camera.implement({
        // A handler has the peer to send to.
        watch: (_, request) => void temperatures.add(request.peer),
        focus: (_, request) =>
          Camera.streams.temperature.send(request.peer, 20),
        zoom: (factor) => void zooms.push(factor),
      }),
    );
    const camera = Camera.client(peer);
    const robot = Robot.client(peer);
    using joints = robot.joints();
    using received = camera.temperature();
    await camera.zoom(2);
    await camera.focus();
    // The same connection, whatever handle it is of.
    await camera.watch();
    await camera.watch();
    temperatures.add(server);
    assertEquals(temperatures.size, 1);
    temperatures.send(21);
    await Robot.streams.joints.send(server, [1]);
    assertEquals((await received.next()).value, 20);
    assertEquals((await received.next()).value, 21);
    assertEquals((await joints.next()).value, [1]);
    assertEquals(zooms, [2]);
  },
);

conformance(
  "what is served together doesn't clash with a client, all or nothing",
  async (scene) => {
    const [peer] = await scene.pair();
    Camera.client(peer);
    const Other = defineInterface({
      name: "Other",
      streams: { first: { id: 20 }, second: { id: 3 } },
    });
    assertThrows(
      () =>
        serve(
          peer,
          Other.implement({ first() {}, second() {} }),
        ),
      TypeError,
      "Other.second (served) and Camera.temperature (subscribed)",
    );
    // Nothing of it is left.
    peer.subscribe(20).return();
    serve(peer, Camera.implement({ watch() {}, focus() {}, zoom() {} }));
    assertThrows(() => peer.subscribe(9), TypeError, "Camera.zoom (9)");
  },
);
