import { matrix } from "./matrix.ts";
import { TRANSPORTS } from "./transports.ts";

matrix(TRANSPORTS["TCP on the reactor"]);
