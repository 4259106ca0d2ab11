/** The page of the cell in Chromium, where that is installed. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { connect } from "@fizyr/rpc";
import { Camera, Robot } from "../../examples/cell/interfaces.ts";
import type { BrowserPage } from "../support/browser/browser_page.ts";
import { browserTest, openProfile } from "../support/browser/chromium.ts";
import { serveEmptyPage } from "../support/browser/page_server.ts";
import { LONG } from "../support/suite/long.ts";
import { PageCell } from "./page_cell.ts";

/** How a camera ends; the page sees the same of both. */
const SIGNALS = ["SIGTERM", "SIGKILL"] as const;

/** The exit status of a process that SIGKILL has ended. */
const KILLED = 128 + 9;
const BOTH_CONNECTED =
  `document.querySelectorAll("[data-state=connected]").length === 2`;
const IS_LIVE = `(document.querySelector(".screen").dataset.live === "true")`;
/** Resolves when the camera has sent frames for a second or more. */
const IS_MEASURED = `document.querySelector("#rate").value !== "–"`;

async function fill(page: BrowserPage, frames: number): Promise<void> {
  await page.evaluate(`document.querySelector("#count").value = ${frames}`);
}

async function showsFramesAndJoints(cell: PageCell): Promise<void> {
  await using chromium = await openProfile();
  const page = await chromium.open(cell.url);
  await page.until(BOTH_CONNECTED);
  // Measured between frames by the clock of the camera. A busy machine may take a while.
  await page.until(`Number(document.querySelector("#rate").value) >= 20`);

  const image = `document.querySelector("#frames").toDataURL()`;
  const before = await page.evaluate<string>(image);
  await page.until(`${image} !== ${JSON.stringify(before)}`);

  await using peer = await connect(`unix:${cell.robotPath}`);
  await Robot.client(peer).move([30, -20, 10]);
  await page.until(`document.querySelector("#angles").textContent ===
    "J130°J2\u221220°J310°"`);
  const plotted = await page.evaluate<number>(`(() => {
    const { width, height } = document.querySelector("#plot");
    const context = document.querySelector("#plot").getContext("2d");
    const { data } = context.getImageData(0, 0, width, height);
    // Only the lines of the joints are in colour.
    return data.filter((_, i) =>
      i % 4 === 0 && Math.abs(data[i] - data[i + 2]) > 60).length;
  })()`);
  assert(plotted > 100, `${plotted} pixels`);
  assertEquals(page.errors, []);
}

async function recordsAndStops(cell: PageCell): Promise<void> {
  await using chromium = await openProfile();
  const page = await chromium.open(cell.url);
  const report = `document.querySelector("#report").textContent`;
  await page.until(`!document.querySelector("#record").disabled`);

  await fill(page, 3);
  await page.click("#record");
  await page.until(`${report} === "Recorded 3 frames"`);
  assertEquals(
    await page.evaluate(`document.querySelector("#progress").value`),
    1,
  );
  assertEquals(await cell.camera.after("frame "), "3 of 3: recorded");

  await fill(page, 100_000);
  await page.click("#record");
  await page.until(`/^Frame [2-9]/.test(${report})`);
  await page.click("#stop");
  await page.until(`/^Stopped after \\d+ frames$/.test(${report})`);
  assertMatch(
    await cell.camera.after("frame "),
    /^\d+ of 100000: The other side has cancelled the request$/,
  );

  await using peer = await connect(`unix:${cell.cameraPath}`);
  using other = await Camera.client(peer).record({ frames: 1_000_000 });
  await other.updates().next();
  await page.click("#record");
  await page.until(
    `/^The camera is busy: another recording has \\d+ frames to go$/
      .test(${report})`,
  );
  assertEquals(page.errors, []);
}

async function survivesRestarts(cell: PageCell): Promise<void> {
  await using chromium = await openProfile();
  const page = await chromium.open(cell.url);
  await page.until(`${BOTH_CONNECTED} && ${IS_LIVE}`);

  cell.server.kill("SIGKILL");
  await cell.server.end(KILLED);
  await page.until(
    `document.querySelector("[data-state=connected]") === null`,
  );
  await page.until(
    `!${IS_LIVE} && document.querySelector("#record").disabled`,
  );
  await cell.startServer();
  await page.until(`${BOTH_CONNECTED} && ${IS_LIVE} && ${IS_MEASURED}`);
  assert(!await page.evaluate(`document.querySelector("#record").disabled`));

  for (const signal of LONG ? SIGNALS : SIGNALS.slice(1)) {
    cell.camera.kill(signal);
    await cell.camera.end(signal === "SIGTERM" ? 0 : KILLED);
    await page.until(
      `document.querySelector("#camera-link").dataset.state !== "connected"`,
    );
    const robot = `document.querySelector("#robot-link").dataset.state`;
    assertEquals(await page.evaluate(robot), "connected");
    await cell.startCamera();
    await page.until(`${BOTH_CONNECTED} && ${IS_LIVE} && ${IS_MEASURED}`);
  }
}

async function refusesOtherOrigins(cell: PageCell): Promise<void> {
  await using chromium = await openProfile();
  await using other = serveEmptyPage();
  const attempt = `new Promise((resolve) => {
    const url = ${JSON.stringify(cell.url.replace("http", "ws"))} + "camera";
    const socket = new WebSocket(url, ["fizyr-rpc"]);
    socket.onopen = () => resolve("open");
    socket.onerror = () => resolve("refused");
  })`;
  const own = await chromium.open(cell.url);
  assertEquals(await own.evaluate(attempt), "open");
  const foreign = await chromium.open(`http://127.0.0.1:${other.addr.port}/`);
  assertEquals(await foreign.evaluate(attempt), "refused");
  assertMatch(await cell.server.after("Pages of the origin"), /allowedOrigins/);
}

/** What the page does in a cell, one after the other. */
const STEPS: Record<string, (cell: PageCell) => Promise<void>> = {
  "shows frames, and joints that move": showsFramesAndJoints,
  "shows the progress of a recording, and a stop stops it": recordsAndStops,
  "is refused where it is of another origin": refusesOtherOrigins,
  "survives a restart of its server, and of the camera": survivesRestarts,
};

browserTest("the page of the cell", async (t) => {
  await using cell = await PageCell.start();
  for (const [name, step] of Object.entries(STEPS)) {
    await t.step(name, () => step(cell));
  }
});
