/** The page of the cell, as a demo serves it. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { reconnect } from "@fizyr/rpc/reconnect";
import { connect as connectWebSocket } from "@fizyr/rpc/transports/websocket";
import { Camera, frameLimits } from "../../examples/cell/interfaces.ts";
import { testWith } from "../support/permissions.ts";
import { Program } from "./program.ts";

async function allowsItsOwnFilesAlone(url: string): Promise<void> {
  for (const path of ["", "main.js", "style.css", "icon.svg"]) {
    const response = await fetch(url + path);
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
  const missing = await fetch(`${url}../page_files.ts`);
  assertEquals([missing.status, await missing.text()], [404, "Not found\n"]);
}

testWith(
  "all",
  "the demo serves the page, which allows its own files alone, and waits for those who look at it",
  async () => {
    await using demo = new Program("demo.ts", ["-A"]);
    const url = await demo.after("page      │ The page is at ");
    const html = await (await fetch(url)).text();
    assertMatch(html, /<title>Vision cell<\/title>/);
    const address = `${url.replace("http", "ws")}camera`;
    // The camera of the page may not be there yet.
    await using link = reconnect(() => connectWebSocket(address, frameLimits));
    await link.ready();
    await allowsItsOwnFilesAlone(url);
    await demo.after("impatient │ error response: ");
    using recording = await Camera.client(link).record({ frames: 10 });
    assertEquals(await recording.response(), { frames: 10 });
    await link.close();
    const lines = await demo.end();
    assertEquals(lines.at(-1), "That was it: all processes have ended.");
  },
);
