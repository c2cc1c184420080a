/** Run as a process of its own by `OpenedInspector`, whose process is ending and can wait for nothing. */
import { InspectorConnection } from "./inspector-connection.js";
import { endInspector } from "./opened-inspector.js";

const url = process.env["LEAKPROOF_INSPECTOR"];
if (url !== undefined) {
  const connection = await InspectorConnection.open(url);
  await endInspector(connection);
  await connection.close();
}
