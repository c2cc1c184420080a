import { createApp } from "./app.js";
import { requestLog } from "./request-log.js";

createApp(requestLog).listen(Number(process.env.PORT ?? 0));
