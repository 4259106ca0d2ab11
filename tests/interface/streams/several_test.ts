/** Streams of the server where several interfaces are served on one connection. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
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

conformance(
  "of a serving that is refused no id stays",
  async (scene) => {
    const [peer, sender] = await scene.pair();
    const Cell = defineInterface({
      name: "Cell",
      streams: { zoom: { id: 9, body: body<number>() } },
    });
    const Viewer = defineInterface({
      name: "Viewer",
      streams: { zoom: { id: 9, from: "server", body: body<number>() } },
    });
    const taking = peer.recvMessage();
    await assertRejects(
      () => Cell.serve(peer, { zoom() {} }),
      TypeError,
      "can't take messages of this connection",
    );
    // The id is free for a client.
    using zooms = Viewer.client(peer).zoom();
    await Viewer.streams.zoom.send(sender, 2);
    assertEquals((await zooms.next()).value, 2);
    await sender.sendStream(1, "for recvMessage()");
    assertEquals((await taking)?.kind, "stream");
  },
);

conformance(
  "a serving that is refused takes no id from one under way",
  async (scene) => {
    const [peer, sender] = await scene.pair();
    const zooms: number[] = [];
    const camera = Camera.implement({
      watch() {},
      focus() {},
      zoom: (factor) => void zooms.push(factor),
    });
    serve(peer, camera);
    await assertRejects(() => serve(peer, camera), TypeError, "serve() takes");
    assertThrows(() => peer.subscribe(9), TypeError, "Camera.zoom (9)");
    await Camera.client(sender).zoom(2);
    await Camera.client(sender).focus();
    assertEquals(zooms, [2]);
  },
);

conformance(
  "when a serving has ended its ids are free",
  async (scene) => {
    const [peer, sender] = await scene.pair();
    const [reader, writer] = peer.split();
    const serving = serve(
      reader,
      Camera.implement({ watch() {}, focus() {}, zoom() {} }),
    );
    const Viewer = defineInterface({
      name: "Viewer",
      streams: { zoom: { id: 9, from: "server", body: body<number>() } },
    });
    assertThrows(() => Viewer.client(writer), TypeError, "both stream 9");
    reader[Symbol.dispose]();
    await serving;
    using zooms = Viewer.client(writer).zoom();
    await Viewer.streams.zoom.send(sender, 3);
    assertEquals((await zooms.next()).value, 3);
    writer[Symbol.dispose]();
  },
);

conformance(
  "a client that is refused takes no id",
  async (scene) => {
    const [peer] = await scene.pair();
    const intercept = "none" as unknown as [];
    assertThrows(() => Camera.client(peer, { intercept }), TypeError, "list");
    // Robot.jog has the id of Camera.temperature.
    serve(peer, Robot.implement(ROBOT));
    assertThrows(() => peer.subscribe(3), TypeError, "Robot.jog (3)");
  },
);
