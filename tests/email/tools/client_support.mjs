// HTML on standard input; on standard output the features in it that a client does not support, as
// JSON: {client: {feature: "line:column" of the first}}. The clients are the arguments.
import { text } from "node:stream/consumers";
import { caniemail } from "caniemail";
import { clientNames } from "./node_modules/caniemail/dist/clients.js";

// The data has Outlook.com, the package's own list of clients forgets it.
clientNames.push("outlook.outlook-com");

const html = await text(process.stdin);
const found = {};
for (const client of process.argv.slice(2)) {
  found[client] = {};
  const { issues } = caniemail({ clients: [client], html });
  for (const issue of issues.errors.get(client) ?? []) {
    const { line, column } = issue.position?.start ?? {};
    found[client][issue.title] ??= line ? `${line}:${column}` : "";
  }
}
console.log(JSON.stringify(found));
