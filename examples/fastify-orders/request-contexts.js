/** What is known of the requests under way, by their id: for handlers, and for a page of statistics. */
const underWay = new Map();

export function contexts(app) {
  app.addHook("onRequest", async (request) => {
    underWay.set(request.id, { request, startedAt: Date.now() });
  });
  app.decorate("contextOf", (request) => underWay.get(request.id));
}
