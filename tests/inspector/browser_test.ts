/** The page of the inspector in Chromium, where that is installed. */
import { assert, assertEquals } from "@std/assert";
import { connect } from "@fizyr/rpc";
import type { BrowserPage } from "../support/browser/browser_page.ts";
import { browserTest, openProfile } from "../support/browser/chromium.ts";
import { serveEmptyPage } from "../support/browser/page_server.ts";
import type { DrivenChromium } from "../support/browser/driven_chromium.ts";
import { Camera, InspectedServer } from "./support.ts";

const IS_LIVE = `document.querySelector("#state").textContent === "live"`;

/** An element of the form of a service. */
function of(service: string, selector: string): string {
  return `[data-service=${service}] .try ${selector}`;
}

/** An expression for an element of the form of a service. */
function query(service: string, selector: string): string {
  return `document.querySelector(${JSON.stringify(of(service, selector))})`;
}

async function open(
  chromium: DrivenChromium,
  server: InspectedServer,
  view = "",
): Promise<BrowserPage> {
  const page = await chromium.open(server.url + view);
  await page.until(IS_LIVE);
  return page;
}

/** Types into the element that has the focus. */
async function type(page: BrowserPage, text: string): Promise<void> {
  await page.call("Input.insertText", { text });
}

async function press(
  page: BrowserPage,
  key: string,
  code: number,
): Promise<void> {
  const event = { key, code: key, windowsVirtualKeyCode: code };
  const text = key === "Enter" ? "\r" : undefined;
  await page.call("Input.dispatchKeyEvent", {
    type: "keyDown",
    text,
    ...event,
  });
  await page.call("Input.dispatchKeyEvent", { type: "keyUp", ...event });
}

browserTest("the inspector calls a service, by keyboard alone", async () => {
  await using server = await InspectedServer.start({ allowCalls: true });
  await using chromium = await openProfile();
  const page = await open(chromium, server, "#interfaces");
  await page.evaluate(`${query("record", "input[type=number]")}.focus()`);
  await type(page, "2");
  await press(page, "Enter", 13);
  await page.until(`${query("record", ".results li.update")} !== null`);
  // Past the box of the password, the switch to JSON, and the disabled call, to the update.
  await page.until(`${query("record", ".send button")}.disabled === false`);
  await page.evaluate(`${query("record", ".send input")}.focus()`);
  await type(page, "0.5");
  await press(page, "Enter", 13);
  await page.until(`${query("record", ".results li.response")} !== null`);
  const items = await page.evaluate<string[]>(
    `[...document.querySelectorAll(${
      JSON.stringify(of("record", ".results li"))
    })].map((item) => item.textContent)`,
  );
  assertEquals(items.toSorted(), [
    "exposed0",
    "exposed0.5",
    "exposure0.5",
    'response{"frames":2}',
  ]);
  assertEquals(page.errors, []);
});

browserTest(
  "the inspector cancels a call, and shows why one fails",
  async () => {
    await using server = await InspectedServer.start({ allowCalls: true });
    await using chromium = await openProfile();
    const page = await open(chromium, server, "#interfaces");
    const fill = async (frames: number): Promise<void> => {
      const field = query("record", "input[type=number]");
      await page.evaluate(`${field}.value = ${frames}`);
      await page.click(of("record", "button.primary"));
    };
    await fill(2);
    await page.until(`${query("record", ".results li.update")} !== null`);
    await page.click(of("record", "button.cancel"));
    await server.cancelled;
    const status = query("record", ".status");
    await page.until(`${status}.textContent.startsWith("cancelled after")`);
    assert(await page.evaluate(`${query("record", ".cancel")}.disabled`));

    await fill(101);
    await page.until(`${query("record", ".results li.error")} !== null`);
    const text = await page.text(of("record", ".results li.error"));
    assert(text.startsWith("busy"), text);
    assert(text.includes('{"framesLeft":3}'), text);
    assertEquals(page.errors, []);
  },
);

browserTest(
  "a form leaves out what isn't ticked, and is JSON on demand",
  async () => {
    await using server = await InspectedServer.start({
      ...{ allowCalls: true, bodies: true },
    });
    await using chromium = await openProfile();
    const page = await open(chromium, server, "#interfaces");
    const asked = async (): Promise<string> => {
      await page.click(of("record", "button.primary"));
      await page.until(`${query("record", ".results li.response")} !== null`);
      await page.until(
        `document.querySelector(".calls li")?.dataset.state === "answered"`,
      );
      const { body } = await fetch(server.at("/events"));
      for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
        const [, data] = /^event: calls\ndata: (.*)$/m.exec(chunk)!;
        return JSON.parse(data!).at(-1).request;
      }
      throw new Error("It has ended");
    };
    await page.evaluate(`${query("record", "input[type=number]")}.value = 1`);
    assertEquals(await asked(), '{"frames":1}');
    await page.click(of("record", "input[type=checkbox]"));
    await page.evaluate(`${query("record", "input[type=text]")}.focus()`);
    await type(page, "x");
    assertEquals(await asked(), '{"frames":1,"password":"x"}');
    await page.click(of("record", "button.link"));
    const json = query("record", "textarea.json");
    assertEquals(
      JSON.parse(await page.evaluate<string>(`${json}.value`)),
      { frames: 1, password: "x" },
    );
    await page.evaluate(`${json}.value = '{"frames":1,"password":"y"}'`);
    assertEquals(await asked(), '{"frames":1,"password":"y"}');
    assertEquals(page.errors, []);
  },
);

browserTest("the inspector shows images as pictures", async () => {
  await using server = await InspectedServer.start({ allowCalls: true });
  await using chromium = await openProfile();
  const page = await open(chromium, server, "#interfaces");
  await page.click(of("picture", "button.primary"));
  await page.until(`${query("picture", "img")} !== null`);
  const image = query("picture", "img");
  await page.evaluate(`${image}.decode()`);
  assertEquals(await page.evaluate(`${image}.naturalWidth`), 1);

  await page.click(of("look", "button.primary"));
  await page.until(`${query("look", "canvas")} !== null`);
  const pixels = await page.evaluate<Record<string, number>>(
    `${query("look", "canvas")}.getContext("2d").getImageData(0, 0, 2, 1).data`,
  );
  assertEquals(Object.values(pixels), [0, 0, 0, 255, 255, 255, 255, 255]);
  assertEquals(page.errors, []);
});

browserTest("the inspector shows what others do, as it happens", async () => {
  await using server = await InspectedServer.start({ bodies: true });
  await using chromium = await openProfile();
  const page = await open(chromium, server);
  await using peer = await connect(server.address);
  using recording = await Camera.client(peer).record({ frames: 2 });
  const row = `document.querySelector(".calls li")`;
  await page.until(`${row}?.dataset.state === "open"`);
  const { hostname, port } = peer.info.localAddr;
  const who = JSON.stringify(`${hostname}:${port}`);
  await page.until(`[...document.querySelectorAll("tr")].some(({ cells }) =>
    cells[0].textContent === ${who} && cells[1].textContent === "tcp" &&
    cells[2].textContent === "reads" && cells[8].textContent === "1")`);
  await page.until(`[...document.querySelectorAll("tr")].some(({ cells }) =>
    cells[0].textContent === "Camera.record" && cells[2].textContent === ${who} &&
    cells[4].textContent === "running")`);
  await recording.send.exposure(0.25);
  await recording.response();
  await page.until(`${row}.dataset.state === "answered"`);
  await page.click(".calls summary");
  await page.until(`/exposed after .*0\\.25/.test(${row}.textContent)`);
  assert((await page.text(".calls .more")).includes('response {"frames":2}'));
  // Counted by the server, which is asked each second.
  await page.until(`[...document.querySelectorAll("td")].some((cell) =>
    cell.textContent === "Camera.record" && cell.nextSibling.textContent === "1")`);
  await Camera.client(peer).record({ frames: 101 }).then((sent) =>
    sent.response()
  ).catch(() => {});
  await page.until(`[...document.querySelectorAll("td .bad")].some((cell) =>
    cell.textContent === "busy")`);
  assertEquals(page.errors, []);
});

browserTest("the inspector has no forms where it is read-only", async () => {
  await using server = await InspectedServer.start();
  await using chromium = await openProfile();
  const page = await open(chromium, server, "#interfaces");
  assertEquals(await page.text("#mode"), "read-only");
  assertEquals(await page.evaluate(`document.forms.length`), 0);
  const attempt = `fetch("/call" + location.search, {
    method: "POST",
    body: '{"interface":"Camera","service":"picture"}',
  }).then((response) => response.status)`;
  assertEquals(await page.evaluate(attempt), 403);
});

browserTest(
  "a page of another origin doesn't get to the inspector",
  async () => {
    await using server = await InspectedServer.start({ allowCalls: true });
    await using chromium = await openProfile();
    await using other = serveEmptyPage();
    const attempts = `(async () => {
    const outcomes = [];
    for (const mode of ["cors", "no-cors"]) {
      const body = '{"interface":"Camera","service":"record","body":{"frames":2}}';
      outcomes.push(await fetch(${JSON.stringify(server.at("/call"))}, {
        method: "POST", mode, body,
      }).then((response) => response.status, () => "refused"));
    }
    const frame = document.createElement("iframe");
    frame.src = ${JSON.stringify(server.url)};
    document.body.append(frame);
    await new Promise((resolve) => frame.onload = resolve);
    outcomes.push(frame.contentDocument === null ? "closed" : "open");
    return outcomes;
  })()`;
    const foreign = await chromium.open(`http://127.0.0.1:${other.addr.port}/`);
    assertEquals(await foreign.evaluate(attempts), [
      "refused",
      // It isn't read, as it is opaque, and the server has refused it.
      "refused",
      "closed",
    ]);
    const own = await open(chromium, server);
    assertEquals(
      await own.evaluate(`document.querySelectorAll(".calls li").length`),
      0,
    );
  },
);
