export const orderSchema = {
  type: "object",
  required: ["id"],
  properties: { id: { type: "integer" }, item: { type: "string" }, tookMs: { type: "number" } },
};
