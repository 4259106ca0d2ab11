import { matrix } from "./matrix.ts";
import { TRANSPORTS } from "./transports.ts";

matrix(TRANSPORTS["Unix stream on the reactor"]);
