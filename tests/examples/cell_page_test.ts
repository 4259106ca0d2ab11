/** The page of the cell in Chromium, where that is installed. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { connect } from "@fizyr/rpc";
import { reconnect } from "@fizyr/rpc/reconnect";
import { connect as connectWebSocket } from "@fizyr/rpc/transports/websocket";
import { Camera, frameLimits, Robot } from "../../examples/cell/interfaces.ts";
import type { BrowserPage } from "../support/browser/browser_page.ts";
import { browserTest, openProfile } from "../support/browser/chromium.ts";
import { TempDir } from "../support/files/temp_dir.ts";
import { LONG } from "../support/suite/long.ts";
import { testWith } from "../support/permissions.ts";
import { Program } from "./program.ts";

/** How a camera ends; the page sees the same of both. */
const SIGNALS = ["SIGTERM", "SIGKILL"] as const;

/** The exit status of a process that SIGKILL has ended. */
const KILLED = 128 + 9;
const BOTH_CONNECTED =
  `document.querySelectorAll("[data-state=connected]").length === 2`;
const IS_LIVE = `(document.querySelector(".screen").dataset.live === "true")`;
/** Resolves when the camera has sent frames for a second or more. */
const IS_MEASURED = `document.querySelector("#rate").value !== "–"`;

/** A cell with a page, and what starts its programs again. */
class PageCell implements AsyncDisposable {
  readonly #programs = new AsyncDisposableStack();
  readonly #folder = this.#programs.use(new TempDir());
  readonly cameraPath = this.#folder.file("camera.sock");
  readonly robotPath = this.#folder.file("robot.sock");
  camera!: Program;
  server!: Program;
  url = "";

  static async start(): Promise<PageCell> {
    await using stack = new AsyncDisposableStack();
    const cell = stack.use(new PageCell());
    const robot = cell.#start("robot", [cell.robotPath]);
    await Promise.all([
      cell.startCamera(),
      robot.after("listening"),
      cell.startServer(),
    ]);
    stack.move();
    return cell;
  }

  async startCamera(): Promise<void> {
    this.camera = this.#start("camera", [this.cameraPath]);
    await this.camera.after("listening");
  }

  /** Starts the web server, the next time at the port of the first time. */
  async startServer(): Promise<void> {
    const port = this.url === "" ? "0" : new URL(this.url).port;
    const args = [this.cameraPath, this.robotPath, port];
    this.server = this.#start("web/server", args);
    this.url = await this.server.after("The page is at ");
  }

  #start(name: string, args: string[]): Program {
    return this.#programs.use(new Program(`cell/${name}.ts`, ["-A"], args));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#programs.disposeAsync();
  }
}

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
  await using other = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () =>
      new Response("<!doctype html>", {
        headers: { "content-type": "text/html" },
      }),
  );
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

testWith(
  "all",
  "the page of the cell allows nothing but its own files",
  async () => {
    await using cell = new PageCell();
    await cell.startServer();
    for (const path of ["", "main.js", "style.css", "icon.svg"]) {
      const response = await fetch(cell.url + path);
      assertEquals(response.status, 200, path);
      const policy = response.headers.get("content-security-policy");
      assertMatch(policy!, /^default-src 'none'; script-src 'self';/);
      assert(!policy!.includes("unsafe"), policy!);
      assertEquals(response.headers.get("x-content-type-options"), "nosniff");
      const text = await response.text();
      if (path !== "main.js") {
        const urls = text.match(/https?:\/\/[^"]*/g) ?? [];
        assertEquals(urls.filter((url) => !url.includes("w3.org")), []);
      }
    }
    const missing = await fetch(`${cell.url}../page_files.ts`);
    assertEquals([missing.status, await missing.text()], [404, "Not found\n"]);
  },
);

testWith(
  "all",
  "the demo serves the page, and waits for those who look at it",
  async () => {
    await using demo = new Program("demo.ts", ["-A"]);
    const url = await demo.after("page      │ The page is at ");
    const html = await (await fetch(url)).text();
    assertMatch(html, /<title>Vision cell<\/title>/);
    const address = `${url.replace("http", "ws")}camera`;
    // The camera of the page may not be there yet.
    await using link = reconnect(() => connectWebSocket(address, frameLimits));
    await link.ready();
    await demo.after("impatient │ error response: ");
    using recording = await Camera.client(link).record({ frames: 10 });
    assertEquals(await recording.response(), { frames: 10 });
    await link.close();
    const lines = await demo.end();
    assertEquals(lines.at(-1), "That was it: all processes have ended.");
  },
);
