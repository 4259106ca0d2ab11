/** The program of a worker of a page. */
import { serveEcho } from "./echo.ts";

serveEcho(self as unknown as Worker);
