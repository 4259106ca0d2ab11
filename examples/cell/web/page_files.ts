/** The files of the page, by their paths, with their types. */
const FILES: Readonly<Record<string, [file: string, type: string]>> = {
  "/": ["index.html", "text/html; charset=utf-8"],
  "/style.css": ["style.css", "text/css; charset=utf-8"],
  "/icon.svg": ["icon.svg", "image/svg+xml"],
};

/** Nothing but this server's own files and WebSockets, and nothing inline. */
const SECURITY = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join("; "),
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/**
 * Gives the files of the page. Its script is bundled meanwhile, so that the server
 * listens at once.
 */
export function pageFiles(): (pathname: string) => Promise<Response> {
  const script = bundle("page/main.ts");
  // Whoever asks for it is told; nobody may.
  script.catch((error) => console.log(error.message));
  return async (pathname) => {
    if (pathname === "/main.js") {
      const type = "text/javascript; charset=utf-8";
      return respond(await script, type);
    }
    const [file, type] = FILES[pathname] ?? [];
    if (file === undefined) return new Response("Not found\n", { status: 404 });
    return respond(await Deno.readFile(here(`page/${file}`)), type!);
  };
}

function respond(body: Uint8Array<ArrayBuffer>, type: string): Response {
  const headers = {
    ...SECURITY,
    "content-type": type,
    "cache-control": "no-cache",
  };
  return new Response(body, { headers });
}

/** A program for browsers as one script, with all that it imports. */
async function bundle(file: string): Promise<Uint8Array<ArrayBuffer>> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--minify", "--platform=browser", file],
    cwd: here("./"),
  }).output();
  if (success) return stdout;
  throw new Error(`Cannot bundle ${file}: ${new TextDecoder().decode(stderr)}`);
}

function here(path: string): URL {
  return new URL(path, import.meta.url);
}
