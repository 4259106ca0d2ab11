/**
 * The page of the cell: a client of its camera and of its robot. It comes back by itself
 * when one of them, or the server of the page, has been away.
 */
import "./without_eval.ts";
import { follow, type Link, reconnect } from "@fizyr/rpc/reconnect";
import type { StreamBody } from "@fizyr/rpc";
import { connect, type WebSocketInfo } from "@fizyr/rpc/transports/websocket";
import { Camera, Robot } from "../../interfaces.ts";
import { pageOptions } from "../page_options.ts";
import { find } from "./elements.ts";
import { FrameView } from "./frame_view.ts";
import { JointPlot } from "./joint_plot.ts";
import { Recorder } from "./recorder.ts";
import { showStatus } from "./show_status.ts";

const toCamera = link("camera");
const toRobot = link("robot");
const camera = Camera.client(toCamera);
const robot = Robot.client(toRobot);

const frames = new FrameView();
const recorder = new Recorder(camera);
const plot = new JointPlot();
const temperature = find("#temperature", HTMLOutputElement);

camera.temperature.on((celsius) => {
  temperature.value = celsius.toFixed(1);
}, { keep: "latest" });
robot.joints.on((joints) => plot.add(joints));
toCamera.onState((status) => {
  showStatus("camera-link", status);
  recorder.connected = status.state === "connected";
  if (status.state !== "connected") frames.stop();
});
toRobot.onState((status) => showStatus("robot-link", status));

for await (const event of follow(() => camera.watch(), { keep: "latest" })) {
  if (event.kind === "update") frames.show(event.update.body);
}

/** A connection to a program of the cell, by the server of this page. */
function link(path: string): Link<StreamBody, WebSocketInfo> {
  const url = new URL(path, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  return reconnect(
    ({ signal }) => connect(url.href, { ...pageOptions, signal }),
    { healthCheck: true },
  );
}
