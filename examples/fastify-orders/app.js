import fastify from "fastify";
import { orderSchema } from "./schema.js";

/** @param contexts the plugin that gives each request its context */
export function createApp(contexts) {
  const app = fastify();
  contexts(app);
  app.get("/orders/:id", { schema: { response: { 200: orderSchema } } }, async (request) => {
    const { startedAt } = app.contextOf(request);
    return { id: Number(request.params.id), item: "lamp", tookMs: Date.now() - startedAt };
  });
  app.post("/orders", { schema: { body: orderSchema } }, async (request, reply) => {
    reply.code(201);
    return { ...request.body, seen: app.contextOf(request).request.id };
  });
  return app;
}
