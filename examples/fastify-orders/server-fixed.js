import { createApp } from "./app.js";
import { contexts } from "./request-contexts-fixed.js";

await createApp(contexts).listen({ port: Number(process.env.PORT ?? 0) });
