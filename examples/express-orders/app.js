import express from "express";
import { changeOrder, findOrder } from "./orders.js";
import { setLogLevel } from "./settings.js";

/** @param requestLog the middleware that gives each request its log */
export function createApp(requestLog) {
  const app = express();
  app.use(requestLog);
  app.use(express.json());
  app.get("/orders/:id", (request, response) => {
    request.log.lines.push(`looked up ${request.params.id}`);
    response.json(findOrder(Number(request.params.id)));
  });
  app.post("/orders", (request, response) => {
    request.log.lines.push(`changed ${request.body.id}`);
    response.status(201).json(changeOrder(request.body.id, request.body.count));
  });
  app.put("/log-level/:level", (request, response) => {
    setLogLevel(request.params.level);
    response.status(204).end();
  });
  return app;
}
