import * as z from "npm:zod@4.6.7";

// Else zod tries `new Function`, which the policy of the page forbids. In a module of its
// own, as it has to come before the first schema.
z.config({ jitless: true });
