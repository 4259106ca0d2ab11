import { PERMISSIONS } from "../permissions.ts";
import { DrivenChromium } from "./driven_chromium.ts";

/** Why there is no browser: null if there is one. */
export function whyNoChromium(): string | null {
  const { granted, flag } = PERMISSIONS.all;
  if (!granted) return flag;
  try {
    const { success } = new Deno.Command("chromium", {
      args: ["--version"],
      stdout: "null",
      stderr: "null",
    }).outputSync();
    return success ? null : "chromium";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "chromium";
    throw error;
  }
}

const missing = whyNoChromium();
if (missing !== null) {
  console.log(`Skipped the tests in a browser: they need ${missing}`);
}

/** Registers a test that is ignored where there is no Chromium. */
export function browserTest(name: string, fn: () => Promise<void>): void {
  if (missing === null) Deno.test(`Chromium: ${name}`, fn);
  else {
    Deno.test({
      name: `Chromium: ${name} [needs ${missing}]`,
      ignore: true,
      fn,
    });
  }
}

/** Shows a page in Chromium until `result` is there, and gives it. */
export async function visit<T>(
  address: string,
  result: () => Promise<T>,
): Promise<T> {
  await using chromium = await DrivenChromium.start();
  await chromium.open(address);
  return await result();
}
